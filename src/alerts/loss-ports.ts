import type { HostSight, RestSight, ServerSight, Sight, SqlSight } from './loss-evidence.ts';

/** How a leader that was lost is looked at, each way with its own deadline of some seconds. None rejects; `undefined`: no such way. */
export interface LeaderLooks {
  rest(cluster: string, member: string): Promise<Sight<RestSight> | undefined>;
  sql(cluster: string, member: string): Promise<Sight<SqlSight> | undefined>;
  others(cluster: string, member: string): Promise<readonly HostSight[] | undefined>;
  server(cluster: string, member: string): Promise<ServerSight | undefined>;
  /** Milliseconds that the member's lease of the leader key has left; `undefined` when it has none or etcd does not say. */
  leaseLeftMs(cluster: string, member: string): Promise<number | undefined>;
  /** A line of the member's Patroni from between these times that shows that it lived, cut from its DCS. */
  loggedCut(cluster: string, member: string, fromMs: number, untilMs: number): Promise<string | undefined>;
}

/** What is known of writes around a loss. None rejects. */
export interface LossMeasures {
  /** What this process saw of the leader last: when, how far its WAL had come, how many clients it had. */
  lastLook(cluster: string, leader: string): LastLook | undefined;
  /** The last position of this leader that the DCS has; `undefined` when another leads already. */
  dcsPosition(cluster: string, leader: string): Promise<number | undefined>;
  /** Where the timeline was left, by Patroni's history; `undefined` until it says so. */
  leftAt(cluster: string, timeline: number): Promise<number | undefined>;
  /** Sessions that each HAProxy has on the member now; `undefined` where there is no HAProxy, or none answers. */
  sessions(
    cluster: string,
    member: string,
  ): Promise<readonly { readonly proxy: string; readonly sessions: number }[] | undefined>;
  /** Begins to write where the cluster has a probe and this process may; beginning twice is harmless. */
  beginProbe(cluster: string, incident: string): void;
  probe(cluster: string, incident: string): ProbeSaw;
  endProbe(incident: string): Promise<void>;
}
export interface LastLook {
  readonly atMs: number;
  readonly writeLsn?: number;
  readonly clients?: number;
}
/** What the write probe of an incident saw so far; or why there is none, as a clause. */
export type ProbeSaw =
  | { readonly kind: 'none'; readonly why: string }
  | {
      readonly kind: 'writes';
      readonly through: string;
      readonly resolutionMs: number;
      /** Of its own writes: the first that failed, the first that was confirmed, and the largest gap between two confirmed ones. */
      readonly firstFailedAtMs?: number;
      readonly firstGoodAtMs?: number;
      readonly gap?: { readonly lastGoodAtMs: number; readonly firstGoodAtMs: number };
      readonly stopped?: string;
      readonly lastFailure?: string;
    };
