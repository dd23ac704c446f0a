import type { JsonObject } from '../core/json.ts';

/** What has been processed and is to be committed. */
export interface Progress {
  readonly clusterId: string;
  readonly revision: number;
  readonly states: Readonly<Record<string, JsonObject>>;
  /** When that was known, where it is not now; epoch milliseconds. */
  readonly atMs?: number;
  /** Signals of a time without a watch that is being caught up. */
  readonly awayTold?: number;
}

/** Both as one, where they are of one etcd cluster; else the newer one alone. */
export function mergedProgress(older: Progress | undefined, newer: Progress | undefined): Progress | undefined {
  if (!older || !newer) return newer ?? older;
  return older.clusterId === newer.clusterId ? { ...newer, states: { ...older.states, ...newer.states } } : newer;
}
