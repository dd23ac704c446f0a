import type { DiskSpace } from '../core/cluster.ts';
import { formatBytes } from '../core/units.ts';
import { known } from '../core/reading.ts';
import type { Facts } from './facts.ts';
import { about, type Finding, finding } from './finding.ts';

/** Little free space for data or WAL: a warning below the limit, bad below a third of it. */
export function diskFindings({ snapshot, limits }: Facts): readonly Finding[] {
  return snapshot.members.flatMap(({ name, disk }) => {
    const space = known(disk);
    if (!space) return [];
    return [
      ...judge(name, space.wal ? 'data' : 'data and WAL', space.data, limits.minFreeDiskPercent),
      ...(space.wal ? judge(name, 'WAL', space.wal, limits.minFreeDiskPercent) : []),
    ];
  });
}

function judge(name: string, what: string, space: DiskSpace, limit: number): readonly Finding[] {
  const percent = freePercent(space);
  if (percent >= limit) return [];
  return [
    about(
      name,
      finding(
        percent < limit / 3 ? 'bad' : 'warn',
        'disk-low',
        `${name} has ${formatBytes(space.freeBytes)} (${percent} %) free for ${what} on ${space.mount} (limit ${limit} %)`,
      ),
    ),
  ];
}

/** Free space in whole percent, rounded down. */
export function freePercent({ freeBytes, sizeBytes }: DiskSpace): number {
  return sizeBytes > 0 ? Math.floor((100 * freeBytes) / sizeBytes) : 0;
}
