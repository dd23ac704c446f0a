import type { Snapshot } from '../core/cluster.ts';
import type { Reading } from '../core/reading.ts';

/** One thing that was asked, when its answer came, and why there was none. */
export interface SourceRead {
  readonly kind: string;
  readonly source: string;
  readonly atMs: number;
  readonly why?: string;
}

/** Everything that was asked for a snapshot, in the order of its kinds. */
export function sourcesOf({ cluster, dcs, members, etcd, proxies, vip }: Snapshot): readonly SourceRead[] {
  const patroni = cluster.mode === 'patroni';
  return [
    ...(patroni ? [read('etcd keys', dcs)] : []),
    ...members.map(({ sql }) => read('SQL', sql)),
    ...(patroni ? members.map((member) => read('REST', member.patroni)) : []),
    ...members.map(({ disk }) => read('disk', disk)),
    ...(patroni ? etcd.map(({ health }) => read('etcd health', health)) : []),
    ...proxies.map(({ stats }) => read('HAProxy', stats)),
    ...(vip ? [read('VIP', vip.holders)] : []),
  ];
}

function read(kind: string, reading: Reading<unknown>): SourceRead {
  const { source, atMs } = reading;
  return { kind, source, atMs, ...(reading.ok ? {} : { why: reading.why }) };
}
