import { blocked, type Check, passed } from '../core/check.ts';
import { lifeSigns } from '../core/life-signs.ts';
import { known } from '../core/reading.ts';
import { patroniWouldPromote } from './failover-candidates.ts';
import type { FailoverScene } from './failover-scene.ts';
import { asFarAsAsked } from './as-far-as-asked.ts';

const hard = { hard: true };

/** That the leader is dead and stays so, and that Patroni does not act by itself. */
export function lostLeaderChecks(scene: FailoverScene): readonly Check[] {
  return [patroniActs(scene), leaderKey(scene), isDead(scene), noReceiver(scene), noOtherFailover(scene)];
}

/** What Patroni does by itself is better and quicker than what people do. */
function patroniActs(scene: FailoverScene): Check {
  const { cluster, dcs, facts, leader } = scene;
  const id = 'patroni-acts';
  if (dcs.config.paused) return passed(id, `Patroni of ${cluster} is paused, so it promotes nobody by itself`);
  const { names, not } = patroniWouldPromote(scene);
  if (names.length === 0) return passed(id, `Patroni of ${cluster} can promote nobody by itself (${not.join('; ')})`);
  const able = `Patroni is not paused and can promote ${names.join(' or ')}`;
  const { ttlS, loopWaitS } = dcs.config;
  if (dcs.leader !== undefined)
    return blocked(
      id,
      `${able}: Patroni acts in about ${known(facts.lease)?.leftS ?? ttlS} s, when the lease of ${leader.name} ends`,
      'Wait for it. Ask again if nobody leads after that.',
      { hard: true, limit: `ttl ${ttlS} s` },
    );
  return blocked(
    id,
    `${able}: the leader key is free, so Patroni acts in about ${loopWaitS} s`,
    `Wait for it. If nobody leads after ${ttlS} s, see why in the log of ${names[0]}, then override this.`,
    { hard: false, limit: `loop_wait ${loopWaitS} s` },
  );
}

/** The key of a dead host goes by itself; one that stays is renewed by somebody. */
function leaderKey({ cluster, dcs, facts, leader }: FailoverScene): Check {
  const id = 'leader-key';
  const lease = known(facts.lease);
  const holder = lease?.holder ?? dcs.leader;
  if (!facts.lease.ok)
    return blocked(id, `whether somebody holds the leader key could not be read: ${facts.lease.why}`, 'See to etcd first.', hard);
  if (holder === undefined) return passed(id, `nobody holds the leader key of ${cluster}`);
  const left = lease?.leftS === undefined ? '' : `, whose lease lives for another ${lease.leftS} s`;
  return blocked(
    id,
    `${holder} holds the leader key${left}`,
    holder === leader.name
      ? `Ask again when it has ended. If it is renewed, Patroni on ${holder} lives: use \`/pg switchover ${cluster}\`, or \`/pg release ${cluster}\` when no primary is behind it.`
      : `Look at \`/pg status ${cluster}\`: ${holder} took over.`,
    hard,
  );
}

function isDead({ cluster, facts, leader }: FailoverScene): Check {
  const id = 'leader-dead';
  const { dcs, members } = facts.snapshot;
  const { alive, witnesses, unknown } = lifeSigns({ leader: leader.name, dcs, members, sightings: facts.sightings });
  if (alive.length > 0)
    return blocked(
      id,
      `${leader.name} lives, or somebody leads: ${alive.join('; ')}`,
      `A failover loses writes that a switchover keeps: \`/pg switchover ${cluster}\`, or \`/pg status ${cluster}\` to see what is wrong.`,
      hard,
    );
  if (witnesses.length === 0)
    return blocked(
      id,
      `${leader.name} does not answer from here, but no other host could look: ${unknown.join('; ')}`,
      'Trunkline alone may be cut off. See to ssh to the other members first.',
      hard,
    );
  const says = `${leader.name} answers neither by REST nor by SQL, from here and from ${witnesses.join(' and ')}`;
  return asFarAsAsked(id, says, unknown);
}

/** A replica that still receives sees a leader that nobody else reaches. */
function noReceiver({ cluster, facts, leader, others }: FailoverScene): Check {
  const id = 'no-receiver';
  const { dcs, members } = facts.snapshot;
  const { receivers } = lifeSigns({ leader: leader.name, dcs, members, sightings: facts.sightings });
  if (receivers.length > 0)
    return blocked(
      id,
      `WAL receivers are still connected on ${receivers.join(' and ')}: ${leader.name} lives, or the connection is not given up yet`,
      `Use \`/pg switchover ${cluster}\`. A dead host's connection is given up after wal_receiver_timeout (60 s unless it was changed): then ask again. Where that is 0, set it on those replicas and reload them: pg_terminate_backend ends no WAL receiver.`,
      hard,
    );
  const asked = others.filter(({ sql }) => sql.ok).map(({ name }) => name);
  return asked.length > 0
    ? passed(id, `no WAL from ${leader.name} reaches ${asked.join(' and ')} any more`)
    : blocked(id, 'no replica could be asked whether it still receives WAL', 'Bring a replica back first.', hard);
}

function noOtherFailover({ cluster, dcs: { failover } }: FailoverScene): Check {
  const id = 'no-other-failover';
  if (!failover) return passed(id, 'no other switchover or failover is under way');
  const what = `${failover.leader ?? 'any leader'} -> ${failover.candidate ?? 'any candidate'}`;
  return blocked(id, `the DCS holds an order ${what} for ${cluster} already`, 'Wait for it, or remove it by patronictl.', hard);
}
