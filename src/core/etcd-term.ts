/** The raft term of an etcd cluster as this process saw it; moments in epoch milliseconds. */
export interface EtcdTerm {
  readonly term: string;
  /** When this term was first seen. */
  readonly sinceMs: number;
  /** When the term before it was last seen: etcd changed its leader between the two. Absent when none was seen. */
  readonly formerSeenAtMs?: number;
  /** When this process first saw a term. */
  readonly watchedSinceMs: number;
}
