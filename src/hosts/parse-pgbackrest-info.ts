import { z } from 'zod';
import type { Backup, Backups } from '../core/backups.ts';
import { parseLsn } from '../core/lsn.ts';

const WAL = /^[0-9A-F]{24}$/;
const EpochS = z.number().int().nonnegative();

/** `info --output=json` (pgBackRest src/command/info/info.c); what later releases add is let through. */
const Stanza = z.looseObject({
  name: z.string(),
  status: z.looseObject({
    code: z.number().int(),
    message: z.string(),
    lock: z
      .looseObject({
        backup: z.looseObject({
          held: z.boolean(),
          /** Both only while a backup copies, and only by newer releases (2.55.1 has them, 2.45 has not). */
          size: z.number().positive().optional(),
          'size-cplt': z.number().nonnegative().optional(),
        }),
      })
      .optional(),
  }),
  db: z.array(
    z.looseObject({ id: z.number().int(), 'repo-key': z.number().int().optional(), 'system-id': z.string().regex(/^\d{1,20}$/) }),
  ),
  backup: z.array(
    z.looseObject({
      label: z.string(),
      type: z.string(),
      timestamp: z.looseObject({ start: EpochS, stop: EpochS }),
      /** Pages that failed their checksum. */
      error: z.boolean().nullish(),
      archive: z.looseObject({ start: z.string().nullish(), stop: z.string().nullish() }),
      lsn: z.looseObject({ start: z.string(), stop: z.string() }).optional(),
      info: z.looseObject({ size: z.number() }),
      database: z.looseObject({ id: z.number().int(), 'repo-key': z.number().int().optional() }),
    }),
  ),
});
type Stanza = z.output<typeof Stanza>;

export type ParsedBackups = Pick<Backups, 'all' | 'running' | 'flaw'>;

/**
 * What pgBackRest says of one stanza, read on the host `on`, whose lock it is.
 * @throws ZodError or SyntaxError when it is something else.
 */
export function parsePgbackrestInfo(text: string, stanza: string, on: string): ParsedBackups {
  const found = z
    .array(Stanza)
    .parse(JSON.parse(withWholeSystemIds(text)))
    .find(({ name }) => name === stanza);
  if (!found) return { all: [], running: [], flaw: `it knows no stanza ${stanza}` };
  const { status, backup } = found;
  const lock = status.lock?.backup;
  const { size, 'size-cplt': done } = lock ?? {};
  return {
    all: backup.map((one) => backupOf(found, one)).toSorted((a, b) => (a.endedAtMs ?? 0) - (b.endedAtMs ?? 0)),
    running: lock?.held
      ? [{ on, ...(size === undefined || done === undefined ? {} : { percent: Math.floor((100 * done) / size) }) }]
      : [],
    // Code 2, no valid backups, is what an empty list says already.
    ...(status.code === 0 || status.code === 2 ? {} : { flaw: `${status.message} (code ${status.code})` }),
  };
}

function backupOf(
  { db }: Stanza,
  { label, type, timestamp, error, archive, lsn, info, database }: Stanza['backup'][number],
): Backup {
  const of = db.find((one) => one.id === database.id && one['repo-key'] === database['repo-key']);
  const stop = archive.stop ?? undefined;
  return {
    ...{ label, kind: type, startedAtMs: timestamp.start * 1000, endedAtMs: timestamp.stop * 1000 },
    good: error !== true,
    bytes: info.size,
    ...(of ? { systemId: of['system-id'] } : {}),
    ...(stop !== undefined && WAL.test(stop) ? { timeline: Number.parseInt(stop.slice(0, 8), 16) } : {}),
    ...(lsn ? { stopLsn: parseLsn(lsn.stop) } : {}),
  };
}

/** A system identifier has 64 bits, which a number of JavaScript has not. */
const withWholeSystemIds = (text: string): string => text.replace(/("system-id"\s*:\s*)(\d+)/g, '$1"$2"');
