import type { EtcdAccess } from './etcd-access.ts';
import type { Reading } from './reading.ts';

/** What the folder of a copy is called, behind the name of the data directory. */
export const COPY_SUFFIX = 'trunkline-copy';

/** The role and the slot of a standby, named after its member: only such names are ever made or dropped. */
export function standbyName(member: string): string {
  return `standby_${member.toLowerCase().replace(/[^a-z0-9_]/g, '_')}`.slice(0, 63);
}

/** What is read, of its host and of its primary, while a standby is made; each part bounded to 3 s. */
export interface StandbyReads {
  /** `further`: more paths on the host to look at; without it the look is a brief one, which leaves out Patroni's release. */
  host(cluster: string, member: string, further?: readonly string[]): Promise<Reading<BareHost>>;
  source(cluster: string, member: string): Promise<Reading<CopySource>>;
  progress(cluster: string, member: string): Promise<Reading<readonly CopyProgress[]>>;
  rules(cluster: string, member: string): Promise<Reading<readonly AccessRule[]>>;
  /** By patroni.yml of a member. */
  etcdAccess(cluster: string, member: string): Promise<Reading<EtcdAccess>>;
}

/** What a host that is to become a standby says of itself, before any PostgreSQL runs on it. */
export interface BareHost {
  /** Of its own clock, epoch milliseconds. */
  readonly clockMs: number;
  /** `postgres -V` of the programs that the configuration names; absent where there are none. */
  readonly postgresVersion?: string;
  /** Of the C library, whose collations the indexes depend on: `2.36`. */
  readonly libcVersion?: string;
  /** Absent where Patroni is not installed. */
  readonly patroniVersion?: string;
  readonly places: StandbyPlaces;
  /** By path: those of `places` and the further ones that were asked for. */
  readonly paths: Readonly<Record<string, PathFacts>>;
  /** Copies that were ever started there, as each left its claim; the newest last. */
  readonly copies: readonly CopyUnit[];
}

/** Where things lie on such a host; follows from the configuration. */
export interface StandbyPlaces {
  readonly dataDirectory: string;
  /** Where a copy grows before it is moved into place. */
  readonly copyDirectory: string;
  /** Written last by pg_basebackup(1): a copy with it is complete. */
  readonly copyManifest: string;
  /** Absent when the WAL lies in the data directory. */
  readonly walDirectory?: string;
  /** Debian's folder of configuration; absent where the configuration lies in the data directory. */
  readonly configDirectory?: string;
  readonly configFile?: string;
  /** Of libpq, read by the standby's own connection to its primary. */
  readonly passfile: string;
  readonly patroniConfig: string;
}

export interface PathFacts {
  /** `other`: there is something that is no folder; `unreadable`: the same, and postgres may not read it. */
  readonly kind: 'absent' | 'empty' | 'filled' | 'other' | 'unreadable';
  /** Whether postgres may write there, or make it where it is absent. */
  readonly writable: boolean;
  /** A file system begins here. */
  readonly isMount: boolean;
  /** Of the file system that holds it or would hold it. */
  readonly freeBytes: number;
  /** Absent when it took too long to count. */
  readonly usedBytes?: number;
}

/** A unit of long work that copied, found by its claim. */
export interface CopyUnit {
  /** As `claimOf` names it: system identifier, timeline, run and step. */
  readonly claim: string;
  readonly startedAtMs: number;
  /** Of the command, once it ended. */
  readonly exitCode?: number;
  /** Its processes live. */
  readonly isRunning: boolean;
  /** The end of what it said, where it ended badly. */
  readonly said?: string;
}

/** What SQL on a server says of it as the source of a copy. */
export interface CopySource {
  /** All databases and what all of them share. */
  readonly bytes: number;
  /** Beside the two that every server has. */
  readonly tablespaces: readonly { readonly name: string; readonly location: string; readonly bytes: number }[];
  /** Written in the time that the kept WAL files tell of; absent where they tell nothing. */
  readonly wal?: { readonly bytes: number; readonly seconds: number };
  readonly walBytesKept: number;
  /** Of pg_settings, in its units. */
  readonly settings: Readonly<Record<string, string>>;
  readonly slots: readonly { readonly name: string; readonly active: boolean }[];
  readonly walSendersInUse: number;
}

/** pg_stat_progress_basebackup of one copy that goes on. */
export interface CopyProgress {
  readonly pid: number;
  /** Of the standby's connection. */
  readonly user: string;
  readonly phase: string;
  readonly totalBytes?: number;
  readonly streamedBytes: number;
  /** Since its connection was made. */
  readonly ageMs?: number;
}

/** A line of pg_hba.conf that is about replication (pg_hba_file_rules); `error` where PostgreSQL can't read it. */
export interface AccessRule {
  readonly line: number;
  readonly type: string;
  readonly users: readonly string[];
  readonly address?: string;
  readonly netmask?: string;
  readonly method?: string;
  readonly error?: string;
}
