/** What one way of asking a member came to. `host`: its host refused the connection, so that it is up; `silent`: nothing answered. */
export type Sight<T> = ({ readonly answer: 'server' } & T) | { readonly answer: 'host' | 'silent'; readonly why: string };

export interface RestSight {
  /** Patroni's word for PostgreSQL's state: running, crashed, start failed, stopped, ...; absent where it did not say. */
  readonly state?: string;
  readonly role?: string;
  /** Milliseconds since this Patroni reached the DCS, where it says so. */
  readonly dcsAgoMs?: number;
  /** Why it does not say. */
  readonly why?: string;
}
export interface SqlSight {
  /** Absent where the server answers and does not say: it starts, stops or refuses the login. */
  readonly inRecovery?: boolean;
  readonly timeline?: number;
  readonly writeLsn?: number;
  readonly postmasterStartedAtMs?: number;
  /** Why it does not say. */
  readonly why?: string;
}
/** What another host sees; `unknown`: it could not be asked. */
export interface HostSight {
  readonly from: string;
  readonly sees: 'postgres' | 'patroni' | 'nothing' | 'unknown';
}
/** Over ssh, without asking PostgreSQL. */
export interface ServerSight {
  readonly running: boolean;
  /** pg_controldata's word: `in production` of a server that does not run is a crash. */
  readonly control?: string;
}

/** All that is known of a leader that was lost or does not answer; a part that was not looked at, or not yet, is absent. */
export interface LossEvidence {
  readonly leader: string;
  /** How the DCS tells it. `held`: it still has the key. */
  readonly key: 'held' | 'lease-ended' | 'released' | 'asked' | 'overwritten' | 'unknown';
  /** The sentence of the last name that was written over another's; absent in what an earlier release began. */
  readonly overwrote?: string;
  /** Who has the key now. */
  readonly now?: string;
  /** That member says by SQL that it is the primary. */
  readonly isProven?: boolean;
  /** For so long it has held the key without being a primary, and what asking it came to. */
  readonly unproven?: { readonly forMs: number; readonly why: string };
  /** Patroni said that the leader's PostgreSQL crashed and keeps the key. */
  readonly saidCrashed?: boolean;
  /** It kept the key and published a higher timeline. */
  readonly saidRestarted?: boolean;
  readonly rest?: Sight<RestSight>;
  readonly sql?: Sight<SqlSight>;
  readonly others?: readonly HostSight[];
  readonly server?: ServerSight;
  /** A line of its Patroni's log from the time in which nobody heard of it. */
  readonly logged?: string;
  /** The lease was renewed after the leader went silent: its Patroni lives and reaches etcd. */
  readonly isRenewed?: boolean;
  /** Why the write probe stopped by itself: `two primaries: ...`. */
  readonly probeStopped?: string;
}
