import type { MemberReadings } from '../core/cluster.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import { didYouMean } from '../core/did-you-mean.ts';
import { refusal } from '../core/errors.ts';
import { known } from '../core/reading.ts';
import { mayNotLead } from './may-not-lead.ts';
import type { Scene } from './scene.ts';

/** The member of that name, the leader too. @throws Refusal that lists the members. */
export function memberCalled({ cluster, leader, others }: Scene, name: string): MemberReadings {
  const all = [leader, ...others];
  const found = all.find((member) => member.name === name);
  if (found) return found;
  const names = all.map((member) => member.name).sort();
  const near = didYouMean(name, names);
  throw refusal(
    `${cluster} has no member ${JSON.stringify(name)}`,
    `${near ? `Did you mean ${near}? ` : ''}Its members are ${names.join(', ')}.`,
  );
}

/** Standbys that stream from the leader now, by its own pg_stat_replication, by name. */
export function streamingNow({ leaderSql, others }: Scene): readonly string[] {
  const rows = new Set(leaderSql.standbys.filter(({ state }) => state === 'streaming').map(({ name }) => name));
  return others.filter(({ name, sql }) => rows.has(name) && known(sql)).map(({ name }) => name);
}

/** Of these, whom Patroni may promote: not one that is drained, or tagged nofailover by hand. */
export function couldTakeOver(scene: Scene): readonly string[] {
  const barred = new Set(scene.others.filter(mayNotLead).map(({ name }) => name));
  return streamingNow(scene).filter((name) => !barred.has(name));
}

/** What must be so of the cluster before the PostgreSQL of a member is stopped; `noun`: `restart`, `reinit`. */
export function memberClusterChecks(scene: Scene, noun: string): readonly Check[] {
  return [oneLeader(scene), paused(scene, noun), noSwitchover(scene), noScheduledRestart(scene), noFailsafe(scene)];
}

function oneLeader({ leader, leaderSql, others }: Scene): Check {
  const id = 'one-leader';
  const { name, patroni } = leader;
  const block = (says: string, hint: string): Check => blocked(id, says, hint, { hard: true });
  const look = 'Stop and restart nothing before it is clear who the primary is; look at the status.';
  if (leaderSql.inRecovery) return block(`${name} holds the leader key but is in recovery: there is no primary behind it`, look);
  if (patroni.ok && patroni.value.role !== 'primary')
    return block(`${name} holds the leader key, but its Patroni says it is ${patroni.value.role}`, look);
  const rivals = others.filter(({ sql }) => known(sql)?.inRecovery === false).map((member) => member.name);
  if (rivals.length > 0) return block(`${rivals.join(' and ')} is out of recovery beside ${name}: split`, look);
  return passed(id, `${name} leads by the DCS and by SQL, on timeline ${leaderSql.timeline}; nobody else does`);
}

/** Unscheduled restarts and reinits work while Patroni is paused (Patroni docs/pause.rst); what it would mend, it does not. */
function paused({ cluster, dcs }: Scene, noun: string): Check {
  return dcs.config.paused
    ? warned(
        'not-paused',
        `Patroni of ${cluster} is paused: a ${noun} works, but nobody takes over if it goes wrong`,
        'Find out who paused it and why; resume it first, or be ready to act by hand.',
      )
    : passed('not-paused', `Patroni of ${cluster} is not paused`);
}

function noSwitchover({ cluster, dcs: { failover } }: Scene): Check {
  const id = 'no-other-switchover';
  if (!failover) return passed(id, 'no switchover is under way or scheduled');
  const what = `${failover.leader ?? 'any leader'} -> ${failover.candidate ?? 'any candidate'}`;
  return failover.scheduledAt
    ? blocked(
        id,
        `a switchover ${what} is scheduled for ${failover.scheduledAt}`,
        'Cancel it in Patroni, or let it happen first.',
        {
          hard: false,
        },
      )
    : blocked(id, `a switchover ${what} of ${cluster} is under way`, 'Wait for it to end.', { hard: true });
}

function noScheduledRestart({ leader, others }: Scene): Check {
  const planned = [leader, ...others].flatMap(({ name, patroni }) => {
    const at = known(patroni)?.scheduledRestart;
    return at ? [`${name} at ${at}`] : [];
  });
  return planned.length === 0
    ? passed('no-scheduled-restart', 'no restart is scheduled in Patroni')
    : blocked('no-scheduled-restart', `a restart is scheduled: ${planned.join(', ')}`, 'Cancel it in Patroni, or wait for it.', {
        hard: false,
      });
}

function noFailsafe({ leader, others }: Scene): Check {
  const active = [leader, ...others].filter(({ patroni }) => known(patroni)?.failsafeActive).map(({ name }) => name);
  return active.length === 0
    ? passed('no-failsafe', 'failsafe mode is not active')
    : blocked(
        'no-failsafe',
        `${active.join(', ')} runs in failsafe mode: one stopped member makes the leader read-only`,
        'See to etcd; stop and restart nothing.',
        { hard: true },
      );
}
