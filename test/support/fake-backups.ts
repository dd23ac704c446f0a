import type { Backup, Backups } from '../../src/core/backups.ts';
import type { Reading } from '../../src/core/reading.ts';
import { type Loose, MIB, NOW, read } from './healthy-cluster.ts';

const HOUR = 3_600_000;

/** A full backup of the fake cluster on its timeline 7, which ended so many hours ago. */
export function backupOf(hoursAgo: number, more: Partial<Backup> = {}): Backup {
  const endedAtMs = NOW - hoursAgo * HOUR;
  const of = { systemId: '7711123950511697988', timeline: 7, stopLsn: 56 * MIB };
  return {
    label: '20261122-060000F',
    kind: 'full',
    startedAtMs: endedAtMs - 60_000,
    endedAtMs,
    good: true,
    bytes: 100 * MIB,
    ...of,
    ...more,
  };
}

/** What pgBackRest of the fake cluster says; limit 26 h. */
export function backupsOf(all: readonly Backup[], more: Partial<Backups> = {}): Loose<Reading<Backups>> {
  const value: Backups = { tool: 'pgBackRest', of: 'billing', maxAgeMs: 26 * HOUR, all, running: [], ...more };
  return structuredClone(read(value)) as Loose<Reading<Backups>>;
}
