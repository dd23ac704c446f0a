import type { AuditHead, SealedEntry } from '../core/audit-entry.ts';

/** How far files have got. */
export interface Filed {
  /** The furthest entry that any file holds. */
  readonly any: AuditHead | undefined;
  /** The last entry that this process' file held when it was last written. */
  readonly mine: AuditHead | undefined;
  /** Why the process that should write can't. */
  readonly problem: string | undefined;
}

/** What the keeper of the file needs of the chain in Redis. */
export interface Follower {
  /** Takes the lease, or makes it last longer: one process writes the file at a time. False when another has it. */
  lease(): Promise<boolean>;
  release(): Promise<void>;
  /** Milliseconds that a lease lasts. */
  readonly leaseMs: number;
  /** Entries behind one, in order, at most 500; waits up to `waitMs` for the first. */
  after(seq: number, waitMs: number): Promise<readonly SealedEntry[]>;
  entry(seq: number): Promise<SealedEntry | undefined>;
  head(): Promise<AuditHead>;
  filed(): Promise<Filed>;
  /** Notes that the file holds everything up to here. False when the lease was lost meanwhile. */
  markFiled(head: AuditHead): Promise<boolean>;
  /** Tells the other processes for ten seconds why nothing is written; `undefined` takes it back. */
  tell(problem: string | undefined): Promise<void>;
  /** Ends a wait for entries, which fails then, and lets go of its connection. */
  interrupt(): void;
}
