import { z } from 'zod';
import type { Buckets, EtcdPace } from '../../core/etcd-member.ts';

const Kept = z.object({
  atMs: z.number(),
  fsync: z.array(z.tuple([z.string(), z.number()])),
  commit: z.array(z.tuple([z.string(), z.number()])),
});

/** How one member's disk was between two readings that lie a minute or more apart. */
export const PaceMemory = z.object({ base: Kept, fsyncP99Ms: z.number().optional(), commitP99Ms: z.number().optional() });
export type PaceMemory = z.output<typeof PaceMemory>;

/** Fewer writes in a window say too little about the slowest hundredth. */
const FEWEST = 20;
const WINDOW_MS = 60_000;

/** The memory after one more reading. A counter that went back means that etcd started anew. Pure. */
export function paceAfter(before: PaceMemory | undefined, { fsync, commit }: EtcdPace, nowMs: number): PaceMemory {
  const base = { atMs: nowMs, fsync: copied(fsync), commit: copied(commit) };
  if (!before) return { base };
  if (nowMs - before.base.atMs < WINDOW_MS) return before;
  const fsyncP99Ms = p99Ms(before.base.fsync, fsync);
  const commitP99Ms = p99Ms(before.base.commit, commit);
  return { base, ...(fsyncP99Ms === undefined ? {} : { fsyncP99Ms }), ...(commitP99Ms === undefined ? {} : { commitP99Ms }) };
}

/**
 * The 99th percentile between two readings, as Prometheus' histogram_quantile works it out: linear within the bucket that holds it; the
 * bound below it where that is the last.
 */
export function p99Ms(before: Buckets, now: Buckets): number | undefined {
  const grown = now.map(([le, count], i) => ({
    le: Number(le === '+Inf' ? Number.POSITIVE_INFINITY : le),
    count: count - (before[i]?.[1] ?? 0),
  }));
  const total = grown.at(-1)?.count ?? 0;
  if (total < FEWEST || before.length !== now.length || grown.some(({ count }) => count < 0)) return undefined;
  const rank = 0.99 * total;
  const at = grown.findIndex(({ count }) => count >= rank);
  const [below, bucket] = [grown[at - 1] ?? { le: 0, count: 0 }, grown[at]];
  if (!bucket) return undefined;
  if (!Number.isFinite(bucket.le)) return below.le * 1000;
  return 1000 * (below.le + ((bucket.le - below.le) * (rank - below.count)) / (bucket.count - below.count));
}

function copied(buckets: Buckets): [string, number][] {
  return buckets.map(([le, count]) => [le, count]);
}
