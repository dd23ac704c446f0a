/** A base backup that this server sends (pg_stat_progress_basebackup), or one of pgBackRest, which has no sizes. */
export interface BaseBackup {
  readonly pid: number;
  readonly phase: string;
  /** Of the client that receives it. */
  readonly address?: string;
  readonly streamedBytes?: number;
  /** Estimated by the server; absent before it has estimated. */
  readonly totalBytes?: number;
  /** Since its connection was made. */
  readonly ageMs?: number;
}
