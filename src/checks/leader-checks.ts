import type { Activity, MemberReadings } from '../core/cluster.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import { formatBytes, formatDuration } from '../core/units.ts';
import { archiverChecks } from './archiver-checks.ts';
import { logicalSlotsCheck } from './logical-slots-check.ts';
import { activityOf, type BareScene } from './scene.ts';

/** What would make the leader's shutdown slow, or harm its clients beyond the switchover itself. */
export function leaderChecks(scene: BareScene, candidate: MemberReadings): readonly Check[] {
  const { leader } = scene;
  const activity = activityOf(scene, leader.name);
  const disks = [leader, candidate].map(disk(scene.facts.limits.minFreeDiskPercent));
  if (!activity.ok) {
    const says = `what runs on ${leader.name} could not be read: ${activity.why}`;
    return [
      blocked('leader-activity', says, 'A running base backup would be broken off. Mend the reading first.', { hard: true }),
      ...disks,
    ];
  }
  const { limits } = scene.facts;
  return [
    longTransactions(leader.name, activity.value, limits.longTransactionMs),
    idleInTransaction(leader.name, activity.value, limits.longTransactionMs),
    preparedTransactions(leader.name, activity.value, limits.maxPreparedTransactionMs),
    baseBackup(leader.name, activity.value),
    maintenance(leader.name, activity.value),
    ...archiverChecks(scene, activity.value),
    logicalSlotsCheck(scene, candidate, activity.value),
    walSinceCheckpoint(leader.name, activity.value),
    ...disks,
  ];
}

function maintenance(leader: string, { maintenance: all }: Activity): Check {
  const id = 'leader-maintenance';
  if (all.length === 0) return passed(id, `no VACUUM FULL, CLUSTER, index build or exclusive lock runs on ${leader}`);
  const shown = all.slice(0, 5).map(({ pid, what, database }) => `${what} in ${database} (pid ${pid})`);
  const more = all.length > 5 ? ` and ${all.length - 5} more` : '';
  return warned(
    id,
    `${leader} would break off ${shown.join(', ')}${more}`,
    'Wait for it, or tell its owner that it starts over.',
  );
}

function longTransactions(leader: string, { longTransactions: all }: Activity, max: number): Check {
  const id = 'leader-long-transactions';
  const limit = `none older than ${formatDuration(max)}`;
  const long = all.filter(({ ageMs }) => ageMs > max);
  if (long.length === 0) return passed(id, `${leader} runs no long transaction`, limit);
  return blocked(id, `${leader} would break off ${listed(long)}`, 'Wait for them or end them.', {
    hard: false,
    limit,
  });
}

function idleInTransaction(leader: string, { longTransactions: all }: Activity, max: number): Check {
  const idle = all.filter(({ state, ageMs }) => state.startsWith('idle in transaction') && ageMs <= max);
  return idle.length === 0
    ? passed('leader-idle-in-transaction', `no further session of ${leader} idles in a transaction`)
    : warned('leader-idle-in-transaction', `${leader} would break off ${listed(idle)}`, 'Tell their owners.');
}

function listed(transactions: Activity['longTransactions']): string {
  const shown = transactions
    .slice(0, 5)
    .map((t) => `pid ${t.pid} of ${t.user} (${t.application || 'no application name'}, ${t.state}, ${formatDuration(t.ageMs)})`);
  return `${shown.join(', ')}${transactions.length > 5 ? ` and ${transactions.length - 5} more` : ''}`;
}

function preparedTransactions(leader: string, activity: Activity, max: number): Check {
  const id = 'leader-prepared-transactions';
  const limit = `none older than ${formatDuration(max)}`;
  const { preparedTransactions: count, oldestPreparedMs: oldest = 0 } = activity;
  const says = `${leader} has ${count === 0 ? 'no' : count} prepared transactions${count > 0 ? `, the oldest of ${formatDuration(oldest)}` : ''}`;
  return count > 0 && oldest > max
    ? warned(id, says, 'They survive, and keep their locks on the new leader.', limit)
    : passed(id, says, limit);
}

function baseBackup(leader: string, { baseBackups }: Activity): Check {
  const id = 'leader-base-backup';
  if (baseBackups.length === 0) return passed(id, `no base backup runs on ${leader}`);
  const running = baseBackups.map(({ pid, phase }) => `pid ${pid}, ${phase}`).join('; ');
  return blocked(id, `a base backup runs on ${leader} (${running})`, 'Wait for it to end: a switchover breaks it off.', {
    hard: true,
  });
}

function walSinceCheckpoint(leader: string, { walSinceCheckpointBytes: bytes }: Activity): Check {
  return passed(
    'leader-wal-since-checkpoint',
    `${leader} wrote ${formatBytes(bytes)} of WAL since its last checkpoint; the first step writes one`,
  );
}

function disk(minPercent: number): (member: MemberReadings) => Check {
  return ({ name, disk: reading }) => {
    const id = `disk-${name}`;
    if (!reading.ok) return warned(id, `the free disk of ${name} could not be read: ${reading.why}`, 'Look by hand.');
    const spaces = [reading.value.data, ...(reading.value.wal ? [reading.value.wal] : [])];
    const limit = `at least ${minPercent} % free`;
    const says = spaces.map((s) => `${name} has ${percent(s)} % (${formatBytes(s.freeBytes)}) free on ${s.mount}`).join(', ');
    return spaces.some((s) => percent(s) < minPercent) ? warned(id, says, 'Make room first.', limit) : passed(id, says, limit);
  };
}

function percent({ freeBytes, sizeBytes }: { freeBytes: number; sizeBytes: number }): number {
  return sizeBytes === 0 ? 0 : Math.floor((freeBytes / sizeBytes) * 100);
}
