import { CSV_HEADER, csvLine } from './audit/csv.ts';
import { fileLine } from './audit/file-line.ts';
import { readFiles } from './audit/read-files.ts';
import { type AuditPlaces, needsRedis, withRedis } from './audit-places.ts';
import type { AuditOptions } from './audit-options.ts';
import { AuditEntry, type SealedEntry } from './core/audit-entry.ts';
import { refusal } from './core/errors.ts';

/** `trunkline audit export`: the entries that are asked for, one line each. @throws TrunklineError. */
export async function exportAudit(places: AuditPlaces, options: AuditOptions): Promise<number> {
  const { file, config, format = 'jsonl' } = options;
  if (format !== 'jsonl' && format !== 'csv') throw refusal(`there is no format '${format}'`, 'Say jsonl or csv.');
  const wanted = wantedOf(options);
  const line = format === 'csv' ? csvOf : jsonOf;
  if (format === 'csv') places.out(`${CSV_HEADER}\r\n`);
  const write = (batch: readonly SealedEntry[]) => {
    const entries = batch.map((sealed) => ({ sealed, entry: AuditEntry.parse(JSON.parse(sealed.text)) }));
    places.out(entries.flatMap(({ sealed, entry }) => (wanted(entry) ? [line(sealed, entry)] : [])).join(''));
  };
  if (file) await fromFiles(file, write);
  else
    await withRedis(places.readConfig(config, needsRedis), places.err, async ({ chain }) => {
      const [first, last] = [numberIn(options.from), numberIn(options.to)];
      for await (const batch of chain(first ?? 1, last)) write(batch);
    });
  return 0;
}

async function fromFiles(files: readonly string[], write: (batch: readonly SealedEntry[]) => void): Promise<void> {
  for await (const { row, isUnfinished } of readFiles(files)) {
    if (isUnfinished) continue;
    if ('broken' in row)
      throw refusal(`${row.where}: ${row.broken}`, 'Run `trunkline audit verify` to see what is wrong with the file.');
    write([row]);
  }
}

function csvOf({ hash }: SealedEntry, entry: AuditEntry): string {
  return `${csvLine(entry, hash)}\r\n`;
}

function jsonOf(sealed: SealedEntry, { prev }: AuditEntry): string {
  return `${fileLine({ ...sealed, prev })}\n`;
}

function wantedOf({ from, to, cluster }: AuditOptions): (entry: AuditEntry) => boolean {
  const [least, most] = [placeOf(from, '--from'), placeOf(to, '--to')];
  return (entry) =>
    (least === undefined || entry[least.by] >= least.at) &&
    (most === undefined || entry[most.by] <= most.at) &&
    (cluster === undefined || entry.cluster === cluster);
}

/** Where reading may begin or end. */
function numberIn(text: string | undefined): number | undefined {
  const place = placeOf(text, '');
  return place?.by === 'seq' ? place.at : undefined;
}

/** A number of an entry, or a moment. */
function placeOf(text: string | undefined, option: string): { readonly by: 'seq' | 'atMs'; readonly at: number } | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,16}$/.test(text)) return { by: 'seq', at: Number(text) };
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return { by: 'atMs', at };
  throw refusal(
    `${option} '${text}' is neither an entry's number nor a time`,
    'Give 1234, or a time such as 2026-11-30T02:00:00Z.',
  );
}
