import { formatBytes, formatDuration } from '../../core/units.ts';
import type { Observation } from './observation.ts';
import { memberRoots } from './roots.ts';
import type { Thresholds } from './settings.ts';
import type { ClusterSight, Lag } from './sight.ts';

/**
 * Standbys that replay too late, in bytes or in time. A raised one is over only below half of both limits, so that a lag around a limit
 * is told once. With nothing left to replay the time is that of the last write, however long ago (PostgreSQL's monitoring.sgml).
 */
export function lagConditions({ lags, snapshot }: ClusterSight, thresholds: Thresholds): readonly Observation[] {
  const { lagBytes, lagMs } = thresholds;
  return lags.flatMap((lag): readonly Observation[] => {
    if (!above(lag, lagBytes / 2, lagMs / 2)) return [];
    return [
      {
        situation: 'replication-lag',
        about: lag.name,
        says: words(lag, thresholds),
        ...(lag.source === undefined ? {} : { evidence: lag.source }),
        ...(above(lag, lagBytes, lagMs) ? {} : { onlyKeeps: true }),
        joins: memberRoots(snapshot, lag.name),
        provides: [],
      },
    ];
  });
}

function above({ replayBytes = 0, replayMs = 0 }: Lag, bytes: number, millis: number): boolean {
  return replayBytes > bytes || (replayBytes > 0 && replayMs > millis);
}

function words({ name, replayBytes = 0, replayMs = 0 }: Lag, { lagBytes, lagMs }: Thresholds): string {
  const limits = `limits ${formatBytes(lagBytes)} and ${formatDuration(lagMs)}`;
  return `${name} replays ${formatBytes(replayBytes)} and ${formatDuration(replayMs)} behind (${limits})`;
}
