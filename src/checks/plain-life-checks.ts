import { blocked, type Check, passed } from '../core/check.ts';
import { lifeSigns } from '../core/life-signs.ts';
import type { PlainFailoverFacts } from './plain-failover-facts.ts';
import { asFarAsAsked } from './as-far-as-asked.ts';

const hard = { hard: true };

/** Nobody sees the lost primary, from here and from at least one other host. */
export function isDead({ snapshot, sightings }: PlainFailoverFacts, leader: string): Check {
  const id = 'leader-dead';
  const { alive, witnesses, unknown } = lifeSigns({ leader, members: snapshot.members, sightings });
  if (alive.length > 0)
    return blocked(
      id,
      `${leader} lives: ${alive.join('; ')}`,
      `Use \`/pg switchover ${snapshot.cluster.name}\`, which loses nothing.`,
      hard,
    );
  if (witnesses.length === 0)
    return blocked(
      id,
      `${leader} does not answer from here, but no other host could look: ${unknown.join('; ') || 'there is none'}`,
      'Trunkline alone may be cut off. See to ssh to the standbys first.',
      hard,
    );
  const says = `${leader} answers neither from here nor from ${witnesses.join(' and ')}`;
  return asFarAsAsked(id, says, unknown);
}

/** A standby that still receives sees a primary that nobody else reaches. */
export function noReceiver({ snapshot, sightings }: PlainFailoverFacts, leader: string): Check {
  const id = 'no-receiver';
  const { receivers } = lifeSigns({ leader, members: snapshot.members, sightings });
  return receivers.length === 0
    ? passed(id, `no WAL from ${leader} reaches a standby any more`)
    : blocked(
        id,
        `WAL receivers are still connected on ${receivers.join(' and ')}: ${leader} lives, or the connection is not given up yet`,
        "A dead host's connection is given up after wal_receiver_timeout (60 s unless it was changed): then ask again. Sooner, and where that is 0: on the standby `ALTER SYSTEM SET wal_receiver_timeout = '5s'; SELECT pg_reload_conf();` (pg_terminate_backend ends no WAL receiver), and back afterwards.",
        hard,
      );
}
