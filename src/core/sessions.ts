/** What the sessions of one member do, read by SQL: long and blocked ones, what is prepared, autovacuum and backups. */
export interface Sessions {
  readonly inRecovery: boolean;
  readonly counts: {
    readonly clients: number;
    readonly active: number;
    readonly idleInTransaction: number;
    /** max_connections. */
    readonly max: number;
  };
  /** Client sessions with a transaction older than 1 s, blocked ones, and whatever blocks; at most 100, the oldest first. */
  readonly shown: readonly Session[];
  /** Held locks outlive the session that prepared them. At most 20, the oldest first. */
  readonly prepared: readonly {
    readonly gid: string;
    readonly owner: string;
    readonly database: string;
    readonly ageMs: number;
  }[];
  readonly preparedCount: number;
  /** Autovacuum workers that keep transaction ids from running out: they do not give way to others. */
  readonly wraparoundVacuums: readonly {
    readonly pid: number;
    readonly database: string;
    readonly what: string;
    readonly ageMs: number;
  }[];
  /** The database with the oldest unfrozen transaction id, in transactions, and autovacuum_freeze_max_age. */
  readonly oldestXid: { readonly database: string; readonly age: number };
  readonly freezeMaxAge: number;
  readonly backups: readonly {
    readonly pid: number;
    readonly phase: string;
    readonly doneBytes?: number;
    readonly totalBytes?: number;
  }[];
}

/** One row of pg_stat_activity. */
export interface Session {
  readonly pid: number;
  /** Of pg_stat_activity.backend_type: `client backend`, `walsender`, `autovacuum worker`, ... */
  readonly kind: string;
  readonly user: string;
  readonly application: string;
  readonly database: string;
  /** The client's address; absent for a local one. */
  readonly client?: string;
  readonly state: string;
  readonly transactionMs?: number;
  /** Since its state changed. */
  readonly stateMs?: number;
  /** `Lock: transactionid`. */
  readonly wait?: string;
  /** Its text as PostgreSQL keeps it: may be cut, and may hold secrets, so that it is shown by `sqlShape` only. */
  readonly query: string;
  /** pg_blocking_pids; 0 stands for a prepared transaction. */
  readonly blockedBy: readonly number[];
}

/** One backend, as it is told from all others: a pid may be used again, a pid with its start is not. */
export interface Backend extends Omit<Session, 'blockedBy'> {
  /** backend_start, in microseconds since the epoch. */
  readonly startedUs: number;
  /** query_start, in microseconds since the epoch. */
  readonly queryStartedUs?: number;
  readonly isSuperuser: boolean;
  /** It is one of Trunkline's own login. */
  readonly isOurs: boolean;
  /** How many sessions wait for it. */
  readonly blocks: number;
}

/** Client sessions of one member, ours, Patroni's and those of superusers on the host itself left out. */
export interface Clients {
  readonly connected: number;
  readonly active: number;
  /** At most 20 groups, the largest first. */
  readonly groups: readonly {
    readonly user: string;
    readonly application: string;
    readonly client?: string;
    readonly sessions: number;
    readonly active: number;
  }[];
}
