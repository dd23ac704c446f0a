import type { Log } from '../core/log.ts';
import type { Etcd, EtcdRead } from './client.ts';
import type { Delivered, WatchBatch } from './delivered.ts';

/** Why the watch can't simply go on and the consumer must read everything again and compare. */
export type Resync =
  | { readonly why: 'compacted'; readonly compactRevision: number }
  | { readonly why: 'another-cluster'; readonly clusterId: string }
  /** The store is behind what it had told before: restored from a backup. */
  | { readonly why: 'rewound'; readonly revision: number };

export interface WatchOptions {
  readonly etcd: Etcd;
  /** For example `/service/`. */
  readonly prefix: string;
  /** The first revision wanted, and the etcd cluster that it belongs to. `read` (of the prefix) lets the audit see deletes. */
  readonly from: { readonly next: number; readonly clusterId: string; readonly read?: EtcdRead };
  /** Called in the order of revisions, each exactly once in the life of this watch. Must not throw; must be quick. */
  deliver(batch: WatchBatch): void;
  /** Reads the prefix again, compares and returns that read: the watch goes on after it. Called again when it rejects. */
  resync(cause: Resync): Promise<EtcdRead>;
  /** Told when a stream stands and when it is lost; for health and metrics. */
  state?(state: { readonly endpoint: string; readonly connected: boolean; readonly why?: string }): void;
  /** Told when a fresh read showed that everything was delivered, so that silence is known to be quiet. */
  heard?(): void;
  readonly log: Log;
  /** Milliseconds between comparisons of what was delivered with a fresh read. */
  readonly auditEveryMs?: number;
  /** Milliseconds between calls which show that the watched member lives. */
  readonly pingEveryMs?: number;
}

export interface StreamEnd {
  readonly says: string;
  readonly connected: boolean;
  readonly resync?: Resync;
}

export interface OnceOptions extends WatchOptions {
  readonly endpoint: string;
  readonly clusterId: string;
  readonly delivered: Delivered;
  readonly stop: AbortSignal;
}
