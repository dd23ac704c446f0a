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
  /** Hosts that were asked and do not list it: they read another repository, or another configuration. */
  readonly unknownTo?: readonly string[];
}

/** By so much clocks may differ. */
const SKEW_MS = 5 * 60_000;
const SHOWN = 3;

/** The good one that ended last. One that is dated in the future does not count: how old it is nobody knows. */
export function lastGood({ all }: Pick<Backups, 'all'>, nowMs: number): (Backup & { readonly endedAtMs: number }) | undefined {
  const good = all.flatMap((one) => (one.good && one.endedAtMs !== undefined ? [{ ...one, endedAtMs: one.endedAtMs }] : []));
  const dated = good.filter(({ endedAtMs }) => endedAtMs <= nowMs + SKEW_MS);
  return dated.toSorted((a, b) => a.endedAtMs - b.endedAtMs).at(-1);
}

/** What keeps the list of backups from being taken as it is, each a clause without a full stop. */
export function backupFlaws({ tool, all, flaw }: Pick<Backups, 'tool' | 'all' | 'flaw'>, nowMs: number): readonly string[] {
  const ahead = all.filter(({ endedAtMs = 0 }) => endedAtMs > nowMs + SKEW_MS).map(({ label }) => label);
  const unknownTo = lastGood({ all }, nowMs)?.unknownTo ?? [];
  return [
    ...(flaw === undefined ? [] : [`${tool} says: ${flaw}`]),
    ...(unknownTo.length === 0 ? [] : [`${tool} on ${unknownTo.join(' and ')} does not know it`]),
    ...(ahead.length === 0 ? [] : [`dated in the future, so not counted: ${named(ahead)}`]),
  ];
}

const named = (labels: readonly string[]): string =>
  labels.length <= SHOWN ? labels.join(', ') : `${labels.slice(-SHOWN).join(', ')} and ${labels.length - SHOWN} more`;

/** Which tool is asked, and for what: a stanza of pgBackRest, a server of Barman. */
export interface BackupTool {
  readonly tool: 'pgBackRest' | 'Barman';
  readonly of: string;
}
