import type { LogLine } from '../core/host-log.ts';
import { oneLine } from '../core/one-line.ts';

/** `log_line_prefix` begins with a time by default (`%m [%p] `), and in Debian's configuration; its zone is a name or a number. */
const STAMP = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? \S+)\s+(.*)$/;
const LONGEST = 1000;

/**
 * Reads the text of a log of PostgreSQL. A line without a time goes on from the one before it. Lines from before `sinceMs` are left
 * out where they have a time in a zone that can be read.
 */
export function parsePostgresLog(text: string, sinceMs: number): readonly LogLine[] {
  const kept: LogLine[] = [];
  let isOld = false;
  for (const raw of text.split('\n')) {
    if (raw.trim() === '') continue;
    const [, at, rest = ''] = STAMP.exec(raw) ?? [];
    if (at !== undefined) isOld = isBefore(at, sinceMs);
    if (!isOld) kept.push(at === undefined ? { text: clean(raw) } : { at, text: clean(rest) });
  }
  return kept;
}

function isBefore(at: string, sinceMs: number): boolean {
  const ms = Date.parse(
    at
      .replace(' ', 'T')
      .replace(/ (UTC|GMT)$/, 'Z')
      .replace(/ ([+-]\d\d)$/, '$1:00'),
  );
  return !Number.isNaN(ms) && ms < sinceMs;
}

function clean(text: string): string {
  const line = oneLine(text);
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
