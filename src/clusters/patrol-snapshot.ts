import type { Backups } from '../core/backups.ts';
import type { Clock } from '../core/clock.ts';
import type { Disk, Snapshot } from '../core/cluster.ts';
import type { Reading } from '../core/reading.ts';
import { bounded, notRead } from './bounded.ts';
import { lately } from './lately.ts';
import type { ClusterParts } from './parts.ts';
import { readBackups } from './read-backups.ts';
import { readSnapshot } from './read-snapshot.ts';

/** What one look of the patrol reads of a cluster. */
export interface PatrolReads {
  /** As a status reads it, but for etcd's own health, which is looked at once for all clusters on it. */
  snapshot(): Promise<Snapshot>;
  /** The newest answer of the backup tool; absent where there is none, and before the first answer. */
  backups(): Reading<Backups> | undefined;
}

/** A disk fills within minutes, and a backup is a matter of hours: ssh is not asked for them with each look. */
const DISK_EVERY_MS = 30_000;
const BACKUPS_EVERY_MS = 300_000;

export function createPatrolReads(parts: ClusterParts, clock: Clock): PatrolReads {
  const { hosts, etcd } = parts;
  const disks = new Map<string, () => Reading<Disk> | undefined>();
  const disk = async (host: string): Promise<Reading<Disk>> => {
    const source = `df on ${host}`;
    const found = disks.get(host);
    const newest = found ?? lately(clock, DISK_EVERY_MS, () => bounded(clock, source, async () => read(host)));
    if (!found) disks.set(host, newest);
    return newest() ?? notRead(clock, source, 'it was not asked yet');
  };
  const read = (host: string) => hosts?.disk(host) ?? Promise.resolve(notRead(clock, `df on ${host}`, 'no ssh is configured'));
  const lean: ClusterParts = {
    ...parts,
    ...(hosts ? { hosts: { ...hosts, disk } } : {}),
    ...(etcd ? { etcd: { ...etcd, names: [], endpoints: async () => [] } } : {}),
  };
  const backups = lately(clock, BACKUPS_EVERY_MS, () => readBackups(parts, clock));
  return { snapshot: () => readSnapshot(lean, clock), backups };
}
