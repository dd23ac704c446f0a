import { parseLsn } from '../core/lsn.ts';
import type { TimelineSwitch } from '../core/timeline-history.ts';

/** Reads a timeline history file: `timeline <tab> position <tab> reason` a line, `#` begins a comment (timeline.c, readTimeLineHistory). */
export function parseHistory(text: string): readonly TimelineSwitch[] {
  return text.split('\n').flatMap((line) => {
    const [, timeline, lsn] = /^\s*(\d{1,10})\s+([0-9A-Fa-f]{1,8}\/[0-9A-Fa-f]{1,8})(\s|$)/.exec(line) ?? [];
    return timeline === undefined || lsn === undefined ? [] : [{ timeline: Number(timeline), lsn: parseLsn(lsn) }];
  });
}
