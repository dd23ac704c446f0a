import type { Activity } from '../core/cluster.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import { formatDuration } from '../core/units.ts';
import { archiverChecks } from './archiver-checks.ts';
import { couldTakeOver } from './member-scene.ts';
import { answers } from './restart-replica-checks.ts';
import { activityOf, type Scene } from './scene.ts';

const soft = { hard: false };

/** What a restart of the leader in its place breaks off, and what would make its shutdown slow. */
export function restartLeaderChecks(scene: Scene, startWithinS: number): readonly Check[] {
  const { leader, facts } = scene;
  const activity = activityOf(scene, leader.name);
  const first = [answers(leader, 'restart'), takeOver(scene, startWithinS)];
  if (!activity.ok)
    return [
      ...first,
      blocked(
        'leader-activity',
        `what runs on ${leader.name} could not be read: ${activity.why}`,
        'A running base backup would be broken off. Mend the reading first.',
        { hard: true },
      ),
    ];
  return [
    ...first,
    longTransactions(leader.name, activity.value, facts.limits.longTransactionMs),
    noBackup(leader.name, activity.value),
    maintenance(leader.name, activity.value),
    ...archiverChecks(scene, activity.value),
  ];
}

function takeOver(scene: Scene, startWithinS: number): Check {
  const id = 'leader-start';
  const { leader } = scene;
  const ready = couldTakeOver(scene);
  const limit = `within ${startWithinS} s`;
  return ready.length > 0
    ? passed(id, `if ${leader.name} does not start again, Patroni fails over to ${ready.join(' or ')}`, limit)
    : warned(
        id,
        `no standby streams that may lead: if ${leader.name} does not start again, nobody takes over`,
        'Bring a standby back first, or be ready to mend it by hand.',
        limit,
      );
}

function longTransactions(leader: string, { longTransactions: all }: Activity, max: number): Check {
  const id = 'leader-long-transactions';
  const limit = `none older than ${formatDuration(max)}`;
  const long = all.filter(({ ageMs }) => ageMs > max);
  if (long.length === 0) return passed(id, `${leader} runs no long transaction`, limit);
  const shown = long
    .slice(0, 5)
    .map((t) => `pid ${t.pid} of ${t.user} (${t.application || 'no application name'}, ${t.state}, ${formatDuration(t.ageMs)})`);
  const more = long.length > 5 ? ` and ${long.length - 5} more` : '';
  return blocked(id, `the restart of ${leader} would break off ${shown.join(', ')}${more}`, 'Wait for them or end them.', {
    ...soft,
    limit,
  });
}

function noBackup(leader: string, { baseBackups }: Activity): Check {
  const id = 'leader-base-backup';
  const running = baseBackups.map(({ pid, phase }) => `pid ${pid}, ${phase}`).join('; ');
  return running === ''
    ? passed(id, `no base backup runs on ${leader}`)
    : blocked(id, `a base backup runs on ${leader} (${running}), and the restart breaks it off`, 'Wait for it to end.', soft);
}

function maintenance(leader: string, { maintenance: all }: Activity): Check {
  const id = 'leader-maintenance';
  if (all.length === 0) return passed(id, `no VACUUM FULL, CLUSTER, index build or exclusive lock runs on ${leader}`);
  const shown = all.slice(0, 5).map(({ pid, what, database }) => `${what} in ${database} (pid ${pid})`);
  return warned(id, `the restart of ${leader} would break off ${shown.join(', ')}`, 'Wait for it, or tell its owner.');
}
