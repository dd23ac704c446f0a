import type { Buckets, EtcdPace } from '../core/etcd-member.ts';

/**
 * The two histograms of etcd's disk out of its metrics in Prometheus' text format (etcd docs/metrics: both carry no label but `le`);
 * `undefined` when one is missing.
 */
export function parsePace(text: string): EtcdPace | undefined {
  const fsync = buckets(text, 'etcd_disk_wal_fsync_duration_seconds');
  const commit = buckets(text, 'etcd_disk_backend_commit_duration_seconds');
  return fsync && commit && { fsync, commit };
}

function buckets(text: string, name: string): Buckets | undefined {
  const line = new RegExp(`^${name}_bucket\\{le="([^"]+)"\\} (\\S+)$`, 'gm');
  const found = [...text.matchAll(line)].map(([, le = '', count = '']): [string, number] => [le, Number(count)]);
  if (found.at(-1)?.[0] !== '+Inf' || found.some(([, count]) => !Number.isFinite(count))) return undefined;
  return found;
}
