import type { Backups } from '../../core/backups.ts';
import type { EtcdEndpoint, Snapshot } from '../../core/cluster.ts';
import type { EtcdMembers, EtcdPace } from '../../core/etcd-member.ts';
import type { Reading } from '../../core/reading.ts';

/** One thing that the judgement of `/pg status` found, in plain text. */
export interface Found {
  readonly id: string;
  readonly sign: 'bad' | 'warn' | 'unknown' | 'info';
  readonly says: string;
  readonly about?: string;
}

/** How far one standby is behind; no bytes where nobody has a row for it. */
export interface Lag {
  readonly name: string;
  readonly state: string;
  readonly replayBytes?: number;
  readonly replayMs?: number;
  readonly source?: string;
}

/** What one look at a cluster saw. */
export interface ClusterSight {
  readonly snapshot: Snapshot;
  /** Worst first. */
  readonly found: readonly Found[];
  readonly lags: readonly Lag[];
  /** The only member that acts as primary, and whether it said so by SQL. */
  readonly primary?: string;
  readonly primaryBySql: boolean;
  /** The name of its etcd in the configuration. */
  readonly etcd?: string;
  /** Addresses of the proxies' hosts, by name. */
  readonly proxyHosts: Readonly<Record<string, string>>;
  /** The newest answer of the backup tool; absent where there is none to ask. */
  readonly backups?: Reading<Backups>;
}

/** What one look at an etcd saw. */
export interface EtcdSight {
  /** In the configuration. */
  readonly name: string;
  readonly atMs: number;
  /** The clusters that hang on it. */
  readonly clusters: readonly string[];
  readonly endpoints: readonly EtcdEndpoint[];
  /** A read through its quorum. */
  readonly quorum: Reading<unknown>;
  readonly members: Reading<EtcdMembers>;
  /** By endpoint: how long its disk takes, by its own metrics. */
  readonly pace: Readonly<Record<string, Reading<EtcdPace>>>;
}
