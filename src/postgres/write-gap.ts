import type { Writer } from './probe-write.ts';

/** Two moments of confirmed writes with none between (epoch milliseconds). */
export interface WriteGap {
  readonly lastGoodAtMs: number;
  readonly firstGoodAtMs: number;
}

/** Keeps the largest gap between confirmed writes; pure but for its own memory. */
export interface GapKeeper {
  good(atMs: number): void;
  /** The largest gap above the threshold so far. */
  largest(): WriteGap | undefined;
  lastGoodAtMs(): number | undefined;
}

export function gapKeeper(thresholdMs: number): GapKeeper {
  let last: number | undefined;
  let largest: WriteGap | undefined;
  return {
    good(atMs) {
      const length = last === undefined ? 0 : atMs - last;
      const before = largest ? largest.firstGoodAtMs - largest.lastGoodAtMs : thresholdMs;
      if (last !== undefined && length > before) largest = { lastGoodAtMs: last, firstGoodAtMs: atMs };
      last = atMs;
    },
    largest: () => largest,
    lastGoodAtMs: () => last,
  };
}

/**
 * Why a probe must stop after a write by `now` that follows one by `before`, or `undefined`. A promotion raises the timeline, so another
 * server on the same or a lower timeline means that two servers take writes; another system identifier means another cluster.
 */
export function reasonToStop(before: Writer | undefined, now: Writer, expectedSystemId: string | undefined): string | undefined {
  const expected = expectedSystemId ?? before?.systemId;
  if (expected !== undefined && now.systemId !== expected)
    return `${now.server} belongs to another cluster (system identifier ${now.systemId}, not ${expected})`;
  if (!before) return undefined;
  if (now.timeline < before.timeline)
    return `two primaries: ${now.server} took a write on timeline ${now.timeline} after ${before.server} did on ${before.timeline}`;
  const sameServer = now.server === before.server || now.postmasterStartedAtMs === before.postmasterStartedAtMs;
  if (!sameServer && now.timeline === before.timeline)
    return `two primaries: ${now.server} and ${before.server} both took writes on timeline ${now.timeline}`;
  return undefined;
}
