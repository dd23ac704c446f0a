import { type Backups, lastGood } from '../../core/backups.ts';
import { known } from '../../core/reading.ts';
import { formatDuration } from '../../core/units.ts';
import type { Observation } from './observation.ts';
import type { ClusterSight } from './sight.ts';

/** What is wrong with a cluster's backups by its backup tool: none that is good, the last good one too old, the last one failed. */
export function backupConditions({ backups, snapshot }: ClusterSight): readonly Observation[] {
  const value = known(backups);
  if (!backups || !value) return [];
  const common = { evidence: backups.source, joins: [], provides: [] };
  const nowMs = snapshot.startedAtMs;
  const failed = failure(value, nowMs);
  return [
    ...age(value, nowMs).map((one) => ({ ...common, ...one })),
    ...(failed === undefined ? [] : [{ ...common, situation: 'backup-failed' as const, says: failed }]),
  ];
}

function age(backups: Backups, nowMs: number): readonly Pick<Observation, 'situation' | 'says'>[] {
  const { tool, of, maxAgeMs } = backups;
  const last = lastGood(backups, nowMs);
  if (!last) return [{ situation: 'backup-none', says: `there is no good backup: ${tool} has none of ${of}` }];
  const ageMs = nowMs - last.endedAtMs;
  if (ageMs <= maxAgeMs) return [];
  const says = `the last good backup (${last.label}) ended ${formatDuration(ageMs)} ago (limit ${formatDuration(maxAgeMs)})`;
  return [{ situation: 'backup-old', says }];
}

/** The newest one is not good and does not run any more, or the tool itself finds something wrong. */
function failure(backups: Backups, nowMs: number): string | undefined {
  const { all, running, flaw, tool } = backups;
  const newest = all.toSorted((a, b) => a.startedAtMs - b.startedAtMs).at(-1);
  if (newest && !newest.good && (newest.endedAtMs !== undefined || running.length === 0))
    return `the last backup (${newest.label}, begun ${formatDuration(Math.max(0, nowMs - newest.startedAtMs))} ago) failed`;
  return flaw === undefined ? undefined : `${tool} says: ${flaw}`;
}
