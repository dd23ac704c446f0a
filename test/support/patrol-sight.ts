import { clusterLook } from '../../src/alerts/conditions/cluster-look.ts';
import { keyOf, type Look } from '../../src/alerts/conditions/observation.ts';
import type { Setting, Thresholds } from '../../src/alerts/conditions/settings.ts';
import type { ClusterSight } from '../../src/alerts/conditions/sight.ts';
import { clusterSight } from '../../src/compose/patrol-posts.ts';
import type { Backups } from '../../src/core/backups.ts';
import type { Snapshot } from '../../src/core/cluster.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { Reading } from '../../src/core/reading.ts';
import { GIB, limits, MIB } from './snapshots.ts';

export const thresholds: Thresholds = {
  lagBytes: 50 * MIB,
  lagMs: 30_000,
  freeDiskPercent: 10,
  copyMs: 7_200_000,
  timelineRises: 5,
  timelineWithinMs: 3_600_000,
  etcdFsyncMs: 100,
  etcdCommitMs: 250,
  etcdLeaderChanges: 3,
  etcdWithinMs: 900_000,
};

/** Told after 30 s, over after 20 s. */
export const plainSetting: Setting = { off: false, forMs: 30_000, clearMs: 20_000 };

export const diskOf = (freePercent: number) => ({
  data: { mount: '/var/lib/postgresql', sizeBytes: 100 * GIB, freeBytes: freePercent * GIB },
});

/** What the patrol sees of a snapshot. */
export function sightOf(snapshot: Snapshot, backups?: Reading<Backups>): Promise<ClusterSight> {
  const haproxy = {
    primaryBackend: 'primary',
    hosts: ['lb1', 'lb2'].map((name, i) => ({ name, host: `10.0.0.2${i + 1}`, statsUrl: `http://10.0.0.2${i + 1}:7000/` })),
  };
  return clusterSight({ etcd: 'main', haproxy }, { snapshot: async () => snapshot, backups: () => backups }, limits);
}

/** One look at a snapshot. */
export async function lookAt(snapshot: Snapshot, backups?: Reading<Backups>, memory: JsonObject = {}): Promise<Look> {
  return clusterLook(await sightOf(snapshot, backups), thresholds, memory);
}

/** The keys of what would be told of it if it lasted. */
export function keysIn({ observations }: Look): readonly string[] {
  return [...new Set(observations.filter(({ onlyKeeps }) => !onlyKeeps).map(keyOf))].sort();
}
