import type { Reading } from './reading.ts';

/** One PgBouncer of a cluster, by its admin console. */
export interface PoolerReadings {
  readonly name: string;
  /** Those of the configuration: what is paused and resumed. */
  readonly databases: readonly string[];
  readonly state: Reading<PoolerState>;
}

export interface PoolerState {
  readonly databases: readonly {
    readonly name: string;
    /** session, transaction or statement: the database's own, or the default. */
    readonly poolMode: string;
    readonly paused: boolean;
  }[];
  /** Users whose own pool_mode is session. */
  readonly sessionUsers: readonly string[];
  /** By database: clients that are served or idle, and those that wait for a server connection. */
  readonly clients: readonly { readonly database: string; readonly active: number; readonly waiting: number }[];
}

/** The timer on a PgBouncer's host that resumes it whatever happens to us. */
export interface ResumeTimer {
  readonly pooler: string;
  readonly timer: Reading<{ readonly active: boolean; readonly ageMs: number }>;
}

/** A pooler is resumed by its own host this long after the timer was armed, so that no client waits longer than 30 s. */
export const RESUME_AFTER_MS = 25_000;
