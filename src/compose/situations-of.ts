import { catalogue } from '../alerts/catalogue.ts';
import type { SituationSettings } from '../alerts/conditions/settings.ts';
import type { AlertSituations, Told } from '../config/alert-situations-schema.ts';
import type { ClusterConfig, Config } from '../config/schema.ts';

const MINUTE_MS = 60_000;
const MIB = 1024 ** 2;

/**
 * When each situation is told of one cluster, or (without one) of an etcd: the cluster's own setting, else the file's, else the
 * catalogue's. The thresholds: replication lag as pgMonitor warns of it, etcd's leader changes as in etcd's own mixin, but stricter where
 * Patroni's lease depends on it.
 */
export function situationsOf({ alerts, limits }: Config, cluster?: ClusterConfig): SituationSettings {
  const all: AlertSituations = alerts.situations;
  const own: AlertSituations = cluster?.alerts.situations ?? {};
  const lag = { ...all['replication-lag'], ...own['replication-lag'] };
  const disk = { ...all['disk-low'], ...own['disk-low'] };
  const stuck = { ...all['member-stuck'], ...own['member-stuck'] };
  const jump = { ...all['timeline-jump'], ...own['timeline-jump'] };
  const etcdDisk = { ...all['etcd-slow-disk'] };
  const etcdLeaders = { ...all['etcd-leader-changes'] };
  return {
    of(situation) {
      const told: Told = { ...all[situation], ...own[situation] };
      const { for: forMs, clear: clearMs, severity, off = false } = told;
      const entry = catalogue[situation];
      return {
        off,
        ...(severity === undefined ? {} : { severity }),
        forMs: forMs ?? entry.forMs,
        clearMs: clearMs ?? entry.clearMs,
      };
    },
    thresholds: {
      lagBytes: lag.bytes ?? 50 * MIB,
      lagMs: lag.time ?? 30_000,
      freeDiskPercent: disk.freePercent ?? cluster?.limits?.minFreeDiskPercent ?? limits.minFreeDiskPercent,
      copyMs: stuck.copy ?? 120 * MINUTE_MS,
      timelineRises: jump.rises ?? 5,
      timelineWithinMs: jump.within ?? 60 * MINUTE_MS,
      etcdFsyncMs: etcdDisk.fsync ?? 100,
      etcdCommitMs: etcdDisk.commit ?? 250,
      etcdLeaderChanges: etcdLeaders.changes ?? 3,
      etcdWithinMs: etcdLeaders.within ?? 15 * MINUTE_MS,
    },
  };
}
