import type { DiskSpace } from '../../core/cluster.ts';
import { known } from '../../core/reading.ts';
import { formatBytes } from '../../core/units.ts';
import type { Observation } from './observation.ts';
import { memberRoots, root } from './roots.ts';
import type { Thresholds } from './settings.ts';
import type { ClusterSight } from './sight.ts';

/** Free space must come back this far above the limit, in percent of the disk, before it counts as enough. */
const SLACK_PERCENT = 2;
/** Below it PostgreSQL may stop at any moment, and what stops then follows from it. */
const FULL_PERCENT = 1;
const SOON_MS = 10_000;

/** Little free space on a member: a warning below the limit, critical below a third of it. */
export function diskConditions({ snapshot }: ClusterSight, { freeDiskPercent: limit }: Thresholds): readonly Observation[] {
  return snapshot.members.flatMap(({ name, disk }): readonly Observation[] => {
    const space = known(disk);
    if (!space) return [];
    const all = space.wal
      ? ([
          ['data', space.data],
          ['WAL', space.wal],
        ] as const)
      : ([['data and WAL', space.data]] as const);
    const [what, worst] = all.reduce((one, other) => (percentOf(other[1]) < percentOf(one[1]) ? other : one));
    const percent = percentOf(worst);
    if (percent >= limit + SLACK_PERCENT) return [];
    const { name: cluster } = snapshot.cluster;
    const common = {
      situation: 'disk-low' as const,
      about: name,
      says: `${name} has ${formatBytes(worst.freeBytes)} (${percent.toFixed(1)} %) free for ${what} on ${worst.mount} (limit ${limit} %)`,
      evidence: disk.source,
      joins: [...memberRoots(snapshot, name), ...(percent < FULL_PERCENT ? [root.cluster(cluster)] : [])],
      provides: [root.disk(cluster, name)],
    };
    const heavy = { ...common, grade: 'critical' as const, severity: 'critical' as const, forMs: SOON_MS };
    return [
      { ...common, ...(percent < limit ? {} : { onlyKeeps: true }) },
      ...(percent < limit / 3 ? [{ ...heavy, joins: [root.disk(cluster, name), ...common.joins] }] : []),
    ];
  });
}

function percentOf({ freeBytes, sizeBytes }: DiskSpace): number {
  return sizeBytes > 0 ? (100 * freeBytes) / sizeBytes : 100;
}
