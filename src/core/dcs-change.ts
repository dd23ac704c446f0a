import type { Dcs, DcsMember, HistoryEntry } from './cluster.ts';

/** What one key of a Patroni scope became. An absent value: the key was deleted. */
export type DcsChange =
  | { readonly key: 'leader'; readonly name?: string }
  | { readonly key: 'member'; readonly name: string; readonly member?: DcsMember }
  | { readonly key: 'failover'; readonly failover?: NonNullable<Dcs['failover']> }
  | { readonly key: 'history'; readonly history: readonly HistoryEntry[] }
  | { readonly key: 'config'; readonly ttlS: number; readonly paused: boolean }
  | { readonly key: 'other'; readonly path: string }
  /** A value that is not what Patroni writes; `why` names the key. */
  | { readonly key: 'not-understood'; readonly path: string; readonly why: string };

/** All that one etcd revision changed in one scope (`/service/billing/`). */
export interface DcsRevision {
  readonly revision: number;
  readonly scopes: readonly { readonly scope: string; readonly changes: readonly DcsChange[] }[];
}

/** One linearizable read of a scope: the keys that leader changes are judged from. */
export interface DcsSnapshot {
  readonly revision: number;
  /** Of the etcd cluster, as decimal text. */
  readonly clusterId: string;
  readonly scope: string;
  readonly dcs: Dcs;
  /** The revision at which the leader key was last written. */
  readonly leaderRevision?: number;
  /** The revision that made the leader key since it was deleted last, and how often it was written since then. */
  readonly leaderCreated?: { readonly revision: number; readonly version: number };
}
