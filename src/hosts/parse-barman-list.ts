import { z } from 'zod';
import type { Backup } from '../core/backups.ts';
import type { ParsedBackups } from './parse-pgbackrest-info.ts';

/** `-f json list-backups` (Barman 3, barman/output.py); one that runs or failed has a status alone. */
const Listed = z.looseObject({
  backup_id: z.string(),
  status: z.string(),
  backup_type: z.string().optional(),
  end_time_timestamp: z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(Number)
    .optional(),
  size_bytes: z.number().optional(),
});
const Answer = z.looseObject({ _ERROR: z.array(z.string()).optional() });

/**
 * What Barman says of the backups of one server, asked on the host `on`.
 * @throws ZodError or SyntaxError when it is something else.
 */
export function parseBarmanList(text: string, server: string, on: string): ParsedBackups {
  const answer = Answer.parse(JSON.parse(text));
  const [wrong] = answer._ERROR ?? [];
  if (wrong !== undefined) return { all: [], running: [], flaw: wrong };
  const listed = z.array(Listed).parse(answer[server]);
  const isRunning = (status: string) => status === 'EMPTY' || status === 'STARTED' || status === 'SYNCING';
  return {
    all: listed
      .filter(({ status }) => !isRunning(status))
      .map(backupOf)
      .toSorted((a, b) => a.startedAtMs - b.startedAtMs),
    running: listed.filter(({ status }) => isRunning(status)).map(() => ({ on })),
  };
}

/** DONE, WAITING_FOR_WALS, FAILED (barman/infofile.py); one that waits for its last WAL can not be restored yet. */
function backupOf({
  backup_id: label,
  status,
  backup_type: kind,
  end_time_timestamp: endS,
  size_bytes: bytes,
}: z.output<typeof Listed>): Backup {
  return {
    label,
    kind: kind ?? 'base',
    startedAtMs: startOf(label),
    ...(endS === undefined ? {} : { endedAtMs: endS * 1000 }),
    good: status === 'DONE' && endS !== undefined,
    ...(bytes === undefined ? {} : { bytes }),
  };
}

/** Barman names a backup after its start on its host's clock; read as UTC, it only orders them. */
function startOf(id: string): number {
  const at = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/.exec(id);
  const [, year, month, day, hour, minute, second] = (at ?? []).map(Number);
  const ms = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  return Number.isNaN(ms) ? 0 : ms;
}
