import type { HistoryEntry } from '../core/cluster.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import { known } from '../core/reading.ts';
import { formatDuration } from '../core/units.ts';
import type { Scene } from './scene.ts';

/** The cluster as a whole: one leader, nothing else under way, everybody there, no change of the leader just now. */
export function clusterChecks(scene: Scene): readonly Check[] {
  return [
    oneLeader(scene),
    notPaused(scene),
    failoverKey(scene),
    scheduledRestarts(scene),
    failsafe(scene),
    membersPresent(scene),
    sameVersions(scene),
    lastLeaderChange(scene),
  ];
}

/** The DCS, Patroni's REST and SQL must name the same one (each alone can be wrong). */
function oneLeader({ leader, leaderSql, others }: Scene): Check {
  const id = 'one-leader';
  const { name, patroni } = leader;
  const block = (says: string, hint: string): Check => blocked(id, says, hint, { hard: true });
  const stop = 'Do not switch over before it is clear who the primary is; look at the status.';
  if (leaderSql.inRecovery) return block(`${name} holds the leader key but is in recovery: there is no primary behind it`, stop);
  if (!patroni.ok)
    return block(`Patroni on ${name} does not answer (${patroni.why}), and it is the one to ask`, 'See to Patroni on that host.');
  if (patroni.value.role !== 'primary')
    return block(`${name} holds the leader key, but its Patroni says it is ${patroni.value.role}`, stop);
  const rivals = others.filter(({ sql, patroni: rest }) => known(sql)?.inRecovery === false || known(rest)?.role === 'primary');
  if (rivals.length > 0)
    return block(`${rivals.map((m) => m.name).join(' and ')} is out of recovery beside ${name}: split`, stop);
  const says = `${name} leads by the DCS, by Patroni and by SQL, on timeline ${leaderSql.timeline}`;
  const silent = others.filter((one) => !one.sql.ok && !one.patroni.ok).map((one) => one.name);
  if (silent.length === 0) return passed(id, `${says}; nobody else does`);
  return warned(
    id,
    `${says}; ${silent.join(' and ')} could not be asked`,
    `See that ${silent.join(' and ')} is off or a standby.`,
  );
}

function notPaused({ cluster, dcs }: Scene): Check {
  return dcs.config.paused
    ? blocked('not-paused', `Patroni of ${cluster} is paused`, 'Find out who paused it and why, resume it, then ask again.', {
        hard: true,
      })
    : passed('not-paused', `Patroni of ${cluster} is not paused`);
}

function failoverKey({ cluster, dcs: { failover } }: Scene): Check {
  const id = 'no-other-switchover';
  if (!failover) return passed(id, 'no other switchover is under way or scheduled');
  const what = `${failover.leader ?? 'any leader'} -> ${failover.candidate ?? 'any candidate'}`;
  return failover.scheduledAt
    ? blocked(
        id,
        `a switchover ${what} is scheduled for ${failover.scheduledAt}`,
        'Cancel it in Patroni first, or let it happen.',
        { hard: true },
      )
    : blocked(id, `a switchover ${what} of ${cluster} is under way`, 'Wait for it to end.', { hard: true });
}

function scheduledRestarts({ leader, others }: Scene): Check {
  const planned = [leader, ...others].flatMap(({ name, patroni }) => {
    const at = known(patroni)?.scheduledRestart;
    return at ? [`${name} at ${at}`] : [];
  });
  return planned.length === 0
    ? passed('no-scheduled-restart', 'no restart is scheduled')
    : blocked('no-scheduled-restart', `a restart is scheduled: ${planned.join(', ')}`, 'Cancel it in Patroni, or wait for it.', {
        hard: false,
      });
}

function failsafe({ leader, others }: Scene): Check {
  const active = [leader, ...others].filter(({ patroni }) => known(patroni)?.failsafeActive).map(({ name }) => name);
  return active.length === 0
    ? passed('no-failsafe', 'failsafe mode is not active')
    : blocked(
        'no-failsafe',
        `${active.join(', ')} runs in failsafe mode: the DCS is out of its reach`,
        'See to etcd; stop and restart nothing.',
        {
          hard: true,
        },
      );
}

function membersPresent({ dcs, leader, others }: Scene): Check {
  const missing = [leader, ...others].filter(({ name, patroni }) => !dcs.members[name] || !patroni.ok).map(({ name }) => name);
  const count = others.length + 1;
  return missing.length === 0
    ? passed('members-present', `all ${count} members are in the DCS and their Patroni answers`)
    : warned(
        'members-present',
        `${missing.join(', ')} is missing from the DCS or its Patroni does not answer (${count} members expected)`,
        'The switchover can work without it, with fewer members to fall back on.',
      );
}

function sameVersions({ leader, others }: Scene): Check {
  const versions = [leader, ...others].flatMap(({ name, patroni }) =>
    patroni.ok ? [{ name, version: patroni.value.patroniVersion }] : [],
  );
  const distinct = [...new Set(versions.map(({ version }) => version))];
  return distinct.length <= 1
    ? passed('same-patroni', `every Patroni that answers is ${distinct[0] ?? 'unknown'}`)
    : warned(
        'same-patroni',
        `Patroni differs: ${versions.map((v) => `${v.name} ${v.version}`).join(', ')}`,
        'Finish the upgrade soon.',
      );
}

/** Orchestrator's RecoveryPeriodBlockSeconds: a leader that moves again and again hides a fault. */
function lastLeaderChange({ dcs, facts }: Scene): Check {
  const id = 'last-leader-change';
  const min = facts.limits.minSinceLeaderChangeMs;
  const limit = `at least ${formatDuration(min)} ago`;
  const last = lastWithTime(dcs.history);
  if (!last) return passed(id, 'the history knows no change of the leader', limit);
  const ago = facts.atMs - last.atMs;
  const says = `the leader last changed ${formatDuration(Math.max(0, ago))} ago (to ${last.entry.newLeader ?? 'an unknown member'})`;
  return ago >= min
    ? passed(id, says, limit)
    : blocked(id, says, 'Find out why it changed, and wait until it has been quiet for so long.', { hard: false, limit });
}

function lastWithTime(history: readonly HistoryEntry[]): { entry: HistoryEntry; atMs: number } | undefined {
  const timed = history.flatMap((entry) => {
    const atMs = entry.at === undefined ? Number.NaN : Date.parse(entry.at);
    return Number.isNaN(atMs) ? [] : [{ entry, atMs }];
  });
  return timed.sort((a, b) => b.atMs - a.atMs)[0];
}
