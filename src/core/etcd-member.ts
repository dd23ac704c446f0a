/** The members of an etcd cluster as it lists them itself (etcd API, Cluster.MemberList). */
export type EtcdMembers = readonly EtcdMember[];

export interface EtcdMember {
  /** Decimal text of its 64-bit id. */
  readonly id: string;
  /** Empty until it has started once. */
  readonly name: string;
  readonly clientUrls: readonly string[];
  /** It receives everything and does not vote. */
  readonly learner: boolean;
}

/** How long writes take on one member, since it started: a histogram's upper bounds in seconds, and how many took no longer. */
export interface EtcdPace {
  /** etcd_disk_wal_fsync_duration_seconds. */
  readonly fsync: Buckets;
  /** etcd_disk_backend_commit_duration_seconds. */
  readonly commit: Buckets;
}

/** Cumulative counts by upper bound; the bound of the last is +Inf, as text. */
export type Buckets = readonly (readonly [le: string, count: number])[];
