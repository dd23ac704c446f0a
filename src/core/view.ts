import type { Activity, ClusterInfo, Dcs, LagSample, MemberReadings, Snapshot, SqlMember } from './cluster.ts';
import type { Debt } from './debt.ts';
import type { IncidentSummary, LeaderChange } from './incident.ts';
import type { MaintenanceLock } from './maintenance.ts';
import type { PoolerReadings, ResumeTimer } from './pooler.ts';
import type { Reading } from './reading.ts';
import type { Journal, Run } from './run.ts';
import type { Server } from './server.ts';
import type { LeaderLease, Sighting } from './sighting.ts';

/** Read-only: commands, `look` of a runbook and the states get this and nothing that can write. Nothing is cached. */
export interface View {
  /** The clusters that the asker may see. */
  clusters(): readonly ClusterInfo[];
  /** @throws Refusal with the known names when there is none of that name. */
  cluster(name: string): ClusterInfo;
  /** Everything of one cluster, each part bounded to 3 s; never rejects because a part is down. */
  snapshot(cluster: string): Promise<Snapshot>;
  dcs(cluster: string): Promise<Reading<Dcs>>;
  member(cluster: string, member: string): Promise<MemberReadings>;
  sql(cluster: string, member: string): Promise<Reading<SqlMember>>;
  activity(cluster: string, member: string): Promise<Reading<Activity>>;
  /** Services, process and control file of a member's PostgreSQL, over ssh; also of one that does not run. */
  server(cluster: string, member: string): Promise<Reading<Server>>;
  /** What each other member's host sees of a member, over ssh; takes up to 5 s. */
  sightings(cluster: string, member: string): Promise<readonly Sighting[]>;
  /** The PgBouncers of the configuration; none are no error. */
  poolers(cluster: string): Promise<readonly PoolerReadings[]>;
  /** The timers of that name that resume them by themselves. */
  resumeTimers(cluster: string, unit: string): Promise<readonly ResumeTimer[]>;
  /** Who holds Patroni's leader key, and how long unless it is renewed. */
  leaderLease(cluster: string): Promise<Reading<LeaderLease>>;
  /** Samples of the last minutes that this process took itself, oldest first. */
  lagHistory(cluster: string): readonly LagSample[];
  /** Settings of the configuration's `limits`, by cluster. */
  limits(cluster: string): Limits;
  runs(filter: { readonly cluster?: string; readonly open?: boolean; readonly limit: number }): Promise<readonly Run[]>;
  /** Runs of that list that this release of Trunkline can't read, each with why. */
  unreadableRuns(filter: {
    readonly cluster?: string;
    readonly open?: boolean;
    readonly limit: number;
  }): Promise<readonly UnreadableRun[]>;
  /** @throws Refusal when there is none. */
  run(id: string): Promise<{ readonly run: Run; readonly journal: Journal }>;
  lastLeaderChange(cluster: string): Promise<LeaderChange | undefined>;
  /** Who keeps the cluster for themselves now, if anybody does. */
  maintenance(cluster: string): Promise<MaintenanceLock | undefined>;
  /** Runs that were started without approval and wait for their review, the first due first. */
  openReviews(): Promise<readonly Run[]>;
  openIncidents(cluster: string): Promise<readonly IncidentSummary[]>;
  /** What runs have left behind that does harm, oldest first; of one cluster or of all that the asker may see. */
  debts(cluster?: string): Promise<readonly Debt[]>;
  now(): number;
}

/** A stored run that can't be read, usually because a newer release wrote it. */
export interface UnreadableRun {
  readonly id: string;
  /** Where even that can be read. */
  readonly cluster: string | undefined;
  readonly says: string;
}

/** Thresholds of the checks; every one can be set in the configuration, by cluster or for all. */
export interface Limits {
  readonly maxReplayLagBytes: number;
  readonly maxReplayLagMs: number;
  readonly longTransactionMs: number;
  readonly minSinceLeaderChangeMs: number;
  readonly maxReadyWalFiles: number;
  readonly minFreeDiskPercent: number;
  readonly slotRetainedWarnBytes: number;
  readonly maxPreparedTransactionMs: number;
}
