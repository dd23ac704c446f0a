import { z } from 'zod';
import { parseLsn } from '../core/lsn.ts';
import type { ControlData } from '../core/server.ts';

const natural = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const lsn = z
  .string()
  .regex(/^[0-9A-Fa-f]{1,8}\/[0-9A-Fa-f]{1,8}$/)
  .transform(parseLsn);
const Lines = z.object({
  'Database system identifier': z.string().regex(/^\d{1,20}$/),
  'Database cluster state': z.string().min(1),
  'Latest checkpoint location': lsn,
  "Latest checkpoint's REDO location": lsn,
  "Latest checkpoint's TimeLineID": natural,
  "Latest checkpoint's PrevTimeLineID": natural,
  "Latest checkpoint's full_page_writes": z.enum(['on', 'off']),
  'Minimum recovery ending location': lsn,
  "Min recovery ending loc's timeline": natural,
  'wal_log_hints setting': z.enum(['on', 'off']),
  'Data page checksum version': natural,
  'Bytes per WAL segment': natural,
});

/**
 * Reads what `LC_ALL=C pg_controldata` prints: `name: value` a line (src/bin/pg_controldata/pg_controldata.c).
 * @throws ZodError when a line that is needed is missing or has another form.
 */
export function parseControlData(text: string): ControlData {
  const pairs = text.split('\n').flatMap((line) => {
    const [, name, value] = /^([^:]+):\s*(.*?)\s*$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  const lines = Lines.parse(Object.fromEntries(pairs));
  return {
    systemId: lines['Database system identifier'],
    state: lines['Database cluster state'],
    checkpointLsn: lines['Latest checkpoint location'],
    redoLsn: lines["Latest checkpoint's REDO location"],
    timeline: lines["Latest checkpoint's TimeLineID"],
    previousTimeline: lines["Latest checkpoint's PrevTimeLineID"],
    minRecoveryLsn: lines['Minimum recovery ending location'],
    minRecoveryTimeline: lines["Min recovery ending loc's timeline"],
    fullPageWrites: lines["Latest checkpoint's full_page_writes"] === 'on',
    walLogHints: lines['wal_log_hints setting'] === 'on',
    dataChecksums: lines['Data page checksum version'] !== 0,
    walSegmentBytes: lines['Bytes per WAL segment'],
  };
}
