import type { Backups } from './backups.ts';
import type { Activity, ClusterInfo, Dcs, MemberReadings, ProxyReadings, Snapshot, SqlMember } from './cluster.ts';
import type { LagSample } from './lag-sample.ts';
import type { AnsweredWrite } from './answered-write.ts';
import type { ClaimSight } from './claim-sight.ts';
import type { ConfigReadings } from './cluster-config.ts';
import type { DataDirectory, KeptFolder } from './data-directory.ts';
import type { Debt } from './debt.ts';
import type { HostLog, LogAsked } from './host-log.ts';
import type { Incident, IncidentSummary, LeaderChange } from './incident.ts';
import type { Lingering } from './lingering.ts';
import type { MaintenanceLock } from './maintenance.ts';
import type { PoolerReadings, ResumeTimer } from './pooler.ts';
import type { Reading } from './reading.ts';
import type { RestReach } from './rest-reach.ts';
import type { Journal, Run } from './run.ts';
import type { Server } from './server.ts';
import type { Silence } from './silence.ts';
import type { Backend, Clients, Sessions } from './sessions.ts';
import type { SlotDetail } from './slot-detail.ts';
import type { IdentifiedSystem, ReplicationLogin, Upstream } from './upstream.ts';
import type { LeaderLease, Sighting } from './sighting.ts';
import type { RewindSource } from './rewind-source.ts';
import type { UnitSight } from './unit-sight.ts';
import type { StandbyReads } from './standby.ts';

/** Read-only: commands, `look` of a runbook and the states get this and nothing that can write. Nothing is cached. */
export interface View {
  /** The clusters that the asker may see. */
  clusters(): readonly ClusterInfo[];
  /** @throws Refusal with the known names when there is none of that name. */
  cluster(name: string): ClusterInfo;
  /** Everything of one cluster, each part bounded to 3 s; never rejects because a part is down. */
  snapshot(cluster: string): Promise<Snapshot>;
  /** Where each HAProxy sends clients; waits for nobody else. */
  proxies(cluster: string): Promise<readonly ProxyReadings[]>;
  /** Who holds the virtual address; `undefined` where there is none. */
  vip(cluster: string): Promise<Snapshot['vip']>;
  dcs(cluster: string): Promise<Reading<Dcs>>;
  member(cluster: string, member: string): Promise<MemberReadings>;
  sql(cluster: string, member: string): Promise<Reading<SqlMember>>;
  activity(cluster: string, member: string): Promise<Reading<Activity>>;
  /** Services, process and control file of a member's PostgreSQL, over ssh; also of one that does not run. */
  server(cluster: string, member: string): Promise<Reading<Server>>;
  /** Whether the host of one member gets to Patroni's REST API on another, asked there. */
  reach(cluster: string, from: string, to: string): Promise<Reading<RestReach>>;
  /** Of each HAProxy whose host is reached by ssh, the servers whose sessions stay when they are marked down. */
  lingering(cluster: string): Promise<readonly Lingering[]>;
  /** When the postmaster of a member loaded its configuration, epoch milliseconds; a later value than before proves a reload. */
  configLoadedAt(cluster: string, member: string): Promise<Reading<number>>;
  /** The dynamic configuration and what each member runs with; a part that is down says so. */
  config(cluster: string): Promise<ConfigReadings>;
  sessions(cluster: string, member: string): Promise<Reading<Sessions>>;
  /** The backend with that pid; no value when there is none. */
  backend(cluster: string, member: string, pid: number): Promise<Reading<Backend | undefined>>;
  clients(cluster: string, member: string): Promise<Reading<Clients>>;
  slots(cluster: string, member: string): Promise<Reading<readonly SlotDetail[]>>;
  /** A log of the member's host, not redacted. @throws Refusal when there is no such member. */
  memberLog(cluster: string, member: string, asked: LogAsked): Promise<Reading<HostLog>>;
  /** How a member of a plain streaming cluster connects to its primary, by its own settings. */
  upstream(cluster: string, member: string): Promise<Reading<Upstream>>;
  /** Tries a member's login to another one for replication, from its own host, as it would be after a switchover. */
  replicationLogin(cluster: string, login: ReplicationLogin): Promise<Reading<IdentifiedSystem>>;
  /** What each other member's host sees of a member, over ssh; takes up to 5 s. */
  sightings(cluster: string, member: string): Promise<readonly Sighting[]>;
  /** The PgBouncers of the configuration; none are no error. */
  poolers(cluster: string): Promise<readonly PoolerReadings[]>;
  /** The timers of that name that resume them by themselves. */
  resumeTimers(cluster: string, unit: string): Promise<readonly ResumeTimer[]>;
  /** Who holds Patroni's leader key, and how long unless it is renewed. */
  leaderLease(cluster: string): Promise<Reading<LeaderLease>>;
  /** What is in a member's data directory, over ssh; bounded to 30 s, as a big one takes its time. */
  dataDirectory(cluster: string, member: string): Promise<Reading<DataDirectory>>;
  /** What runs have put aside on a member's host, oldest first; bounded to 60 s. */
  kept(cluster: string, member: string): Promise<Reading<readonly KeptFolder[]>>;
  /** Whether the configured role could rewind another server from this member; `role` absent in the value: there is no such role. */
  rewindSource(cluster: string, member: string): Promise<Reading<RewindSource>>;
  /** Long work on a member's host, by its claim. */
  unit(cluster: string, member: string, claim: string): Promise<Reading<UnitSight>>;
  /** What the backup tool says of its backups, within 8 s or so; absent where the configuration names none. */
  backups(cluster: string, withinMs?: number): Promise<Reading<Backups> | undefined>;
  /** Whether an act was claimed on a member's host, as the act names its claim. */
  claim(cluster: string, member: string, id: string): Promise<Reading<ClaimSight>>;
  /** The last write that was confirmed to the write probe; not read where none runs in this process. */
  lastWrite(cluster: string): Reading<AnsweredWrite>;
  /** What is read while a standby is made. */
  readonly standbys: StandbyReads;
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
  /** All that alerts have seen, newest first. */
  leaderChanges(cluster: string): Promise<readonly LeaderChange[]>;
  /** Who keeps the cluster for themselves now, if anybody does. */
  maintenance(cluster: string): Promise<MaintenanceLock | undefined>;
  /** Runs that were started without approval and wait for their review, the first due first. */
  openReviews(): Promise<readonly Run[]>;
  openIncidents(cluster: string): Promise<readonly IncidentSummary[]>;
  /** Of what the asker may see, with what their etcds have: the open ones, and with `resolved` those of the last time; newest first. */
  incidents(filter: {
    readonly cluster?: string;
    readonly resolved: boolean;
    readonly limit: number;
  }): Promise<readonly Incident[]>;
  /** By its short name. @throws Refusal when there is none. */
  incident(name: string): Promise<Incident>;
  /** Those that have not ended. */
  silences(): Promise<readonly Silence[]>;
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
