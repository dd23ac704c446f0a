import type { AuditEntry } from '../core/audit-entry.ts';

const COLUMNS = [
  'seq',
  'at',
  'who',
  'whoName',
  'via',
  'what',
  'result',
  'why',
  'run',
  'step',
  'cluster',
  'planHash',
  'times',
  'head',
  'hash',
  'prev',
] as const;

/** The first line of the table. */
export const CSV_HEADER = COLUMNS.join(',');

/** An entry as one line of CSV (RFC 4180). */
export function csvLine(entry: AuditEntry, hash: string): string {
  const { head, atMs, ...rest } = entry;
  const cells = { ...rest, hash, at: new Date(atMs).toISOString(), head: head ? `${head.seq}:${head.hash}` : undefined };
  return COLUMNS.map((column) => cell(cells[column])).join(',');
}

/**
 * A text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection); control characters become
 * spaces, so that one entry stays one line.
 */
function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const line = value.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  const text = /^\s*[=+\-@|%＝＋－＠]/u.test(line) ? `'${line}` : line;
  return /[",' ;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
