import type { Lsn } from './lsn.ts';

/** One row of a timeline history file: the timeline that was left, and where (PostgreSQL's src/backend/access/transam/timeline.c). */
export interface TimelineSwitch {
  readonly timeline: number;
  readonly lsn: Lsn;
}

/** Where a server stands: its timeline and the ones that led to it, oldest first. */
export interface TimelineHistory {
  readonly timeline: number;
  readonly left: readonly TimelineSwitch[];
}

/** Where two servers parted: the last timeline that both have, and its last position that both have. */
export interface Divergence {
  readonly timeline: number;
  readonly lsn: Lsn;
}

/**
 * The same rule as pg_rewind's findCommonAncestorTimeline (src/bin/pg_rewind/pg_rewind.c): the last timeline that begins alike in both
 * histories, up to the smaller end; an end that is open is infinite. `undefined` when they have no timeline in common.
 */
export function divergenceOf(one: TimelineHistory, other: TimelineHistory): Divergence | undefined {
  const [mine, theirs] = [entriesOf(one), entriesOf(other)];
  let common: Divergence | undefined;
  for (const [index, entry] of mine.entries()) {
    const twin = theirs[index];
    if (!twin || twin.timeline !== entry.timeline || twin.begin !== entry.begin) break;
    common = { timeline: entry.timeline, lsn: Math.min(entry.end, twin.end) };
  }
  return common;
}

interface Entry {
  readonly timeline: number;
  readonly begin: Lsn;
  readonly end: Lsn;
}

function entriesOf({ timeline, left }: TimelineHistory): readonly Entry[] {
  const ended = left.map(({ timeline: of, lsn }, index) => ({ timeline: of, begin: left[index - 1]?.lsn ?? 0, end: lsn }));
  return [...ended, { timeline, begin: left.at(-1)?.lsn ?? 0, end: Number.POSITIVE_INFINITY }];
}

/** The name of the WAL file that holds a position (XLogFileName, src/include/access/xlog_internal.h). */
export function walFileName(timeline: number, lsn: Lsn, segmentBytes: number): string {
  const perId = 2 ** 32 / segmentBytes;
  const segment = Math.floor(lsn / segmentBytes);
  return [timeline, Math.floor(segment / perId), segment % perId].map(hex8).join('');
}

export const historyFileName = (timeline: number): string => `${hex8(timeline)}.history`;

const hex8 = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');
