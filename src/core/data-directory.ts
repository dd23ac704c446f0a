import type { TimelineHistory } from './timeline-history.ts';

/** What a host shows of a data directory without a running PostgreSQL. */
export interface DataDirectory {
  /** Names in the data directory. */
  readonly names: readonly string[];
  /** Names of tablespaces that lie outside of it. */
  readonly tablespaces: readonly string[];
  /** True when pg_wal is a link to another place. */
  readonly walIsLink: boolean;
  /** WAL files in pg_wal, by name, sorted. */
  readonly walFiles: readonly string[];
  readonly walBytes: number;
  /** Of the control file's timeline; absent where the history file is gone. */
  readonly history?: TimelineHistory;
  /** restore_command of its configuration; empty when there is none, absent when the configuration can't be read. */
  readonly restoreCommand?: string;
  /** The first file that postgres may not write; pg_rewind would fail at it half way. */
  readonly unwritable?: string;
  /** True when there were too many files to look through in time, so that there may be an unwritable one. */
  readonly tooManyFiles?: boolean;
  /** Written before a rewind or a restore and taken away after it. */
  readonly mark?: RewindMark;
}

/** That a rewind of this very data directory was begun, or a restore over it. */
export interface RewindMark {
  /** Of the unit of the rewind or the restore. */
  readonly claim: string;
  /** False: the data directory has been replaced since, so the mark means nothing any more. */
  readonly isOfThis: boolean;
}

/** Whether a mark's claim is that of a restore. */
export const isRestore = (claim: string): boolean => claim.startsWith('restore-');

/** A data directory or WAL that a run has put aside. */
export interface KeptFolder {
  /** What stands behind the data directory's name: `old-t7-3000028`. */
  readonly suffix: string;
  readonly path: string;
  readonly bytes: number;
  readonly sinceMs: number;
  /** The run that put it aside, where that was written down. */
  readonly run?: string;
}
