import type { Lsn } from './lsn.ts';

/** What a cluster's backup tool says of its backups. */
export interface Backups {
  readonly tool: 'pgBackRest' | 'Barman';
  /** The stanza of pgBackRest, the server of Barman. */
  readonly of: string;
  /** By the configuration: older than this, the last good one is warned of. */
  readonly maxAgeMs: number;
  /** Oldest first. */
  readonly all: readonly Backup[];
  /** Backups that run now, each with the host whose lock says so. */
  readonly running: readonly { readonly on: string; readonly percent?: number }[];
  /** What the tool itself finds wrong, in its words. */
  readonly flaw?: string;
}

export interface Backup {
  readonly label: string;
  /** full, diff, incr (pgBackRest); full, rsync, incremental, ... (Barman). */
  readonly kind: string;
  readonly startedAtMs: number;
  /** Absent: it did not end. */
  readonly endedAtMs?: number;
  /** It ended, without a page that failed its checksum. */
  readonly good: boolean;
  /** Of the databases in it, in bytes. */
  readonly bytes?: number;
  readonly systemId?: string;
  /** On which timeline it was made, and up to where it must be recovered. */
  readonly timeline?: number;
  readonly stopLsn?: Lsn;
}

/** The good one that ended last. */
export function lastGood({ all }: Pick<Backups, 'all'>): (Backup & { readonly endedAtMs: number }) | undefined {
  const good = all.flatMap((one) => (one.good && one.endedAtMs !== undefined ? [{ ...one, endedAtMs: one.endedAtMs }] : []));
  return good.toSorted((a, b) => a.endedAtMs - b.endedAtMs).at(-1);
}

/** Which tool is asked, and for what: a stanza of pgBackRest, a server of Barman. */
export interface BackupTool {
  readonly tool: 'pgBackRest' | 'Barman';
  readonly of: string;
}
