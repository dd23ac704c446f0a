import type { EtcdTerm } from './etcd-term.ts';
import type { BaseBackup } from './base-backup.ts';
import type { DcsConfig } from './dcs-config.ts';
import type { Lsn } from './lsn.ts';
import type { MemberInfo } from './member-info.ts';
import type { Reading } from './reading.ts';

/** What the configuration says of a cluster, safe to show; whether a HAProxy is told at once, and a write probe proves writes. */
export interface ClusterInfo {
  readonly name: string;
  readonly environment: string;
  readonly mode: 'patroni' | 'streaming';
  readonly scope: string;
  readonly tellsProxies?: boolean;
  readonly probesWrites?: boolean;
  /** The replication role of Patroni's members, where the configuration has what a new member needs. */
  readonly joinsAs?: string;
  /** Why no patroni.yml can be written for a new member, as a clause. */
  readonly joinsByHand?: string;
  readonly members: readonly MemberInfo[];
}

/** Everything read of one cluster for one question; each part says by itself whether it could be read. */
export interface Snapshot {
  readonly cluster: ClusterInfo;
  /** Epoch milliseconds when reading began. */
  readonly startedAtMs: number;
  readonly dcs: Reading<Dcs>;
  readonly members: readonly MemberReadings[];
  readonly etcd: readonly EtcdEndpoint[];
  /** What this process saw of etcd's leaders; absent when it saw nothing, or there is no etcd. */
  readonly etcdTerm?: EtcdTerm;
  readonly proxies: readonly ProxyReadings[];
  /** Who holds the VIP, by asking the proxy hosts for their addresses; absent when no VIP is configured. */
  readonly vip?: { readonly address: string; readonly holders: Reading<readonly string[]> };
}

export interface MemberReadings {
  readonly name: string;
  readonly host: string;
  readonly site?: string;
  readonly patroni: Reading<PatroniMember>;
  readonly sql: Reading<SqlMember>;
  readonly disk: Reading<Disk>;
}

/** Role words of Patroni with its renames folded: `master` of releases before 4.0 is `primary` (Patroni 4.0 release notes). */
export type Role = 'primary' | 'replica' | 'standby_leader' | 'demoted' | 'uninitialized';

/** `GET /patroni` of one member (Patroni docs/rest_api.rst, Monitoring endpoint). */
export interface PatroniMember {
  readonly name: string;
  readonly scope: string;
  readonly state: string;
  readonly role: Role;
  readonly timeline?: number;
  readonly systemId?: string;
  /** As PostgreSQL's server_version_num, for example 150018. */
  readonly postgresVersionNum?: number;
  readonly patroniVersion: string;
  readonly pendingRestart: boolean;
  /** Setting -> old and new value; Patroni >= 3.3 only. */
  readonly pendingRestartReason?: Readonly<Record<string, { readonly old: string; readonly new: string }>>;
  readonly scheduledRestart?: string;
  readonly paused: boolean;
  readonly clusterUnlocked: boolean;
  readonly failsafeActive: boolean;
  readonly watchdogFailed: boolean;
  /** Seconds since the epoch at which this Patroni last saw the DCS. */
  readonly dcsLastSeenS?: number;
  /** Patroni >= 3.0.4 on replicas: streaming, in archive recovery. */
  readonly replicationState?: string;
  readonly replayPaused?: boolean;
  readonly tags: Readonly<Record<string, unknown>>;
}

/** Read by SQL on one member. */
export interface SqlMember {
  readonly inRecovery: boolean;
  readonly systemId: string;
  readonly timeline: number;
  readonly versionNum: number;
  /** Epoch milliseconds; a later value than before proves a restart. */
  readonly postmasterStartedAtMs: number;
  /** Of clients of any login but this one. */
  readonly clientConnections?: number;
  /** When the last transaction was committed that it replayed (pg_last_xact_replay_timestamp); a promoted primary keeps it. */
  readonly lastReplayedAtMs?: number;
  /** Primary: pg_current_wal_lsn. */
  readonly writeLsn?: Lsn;
  /** Standby: pg_last_wal_receive_lsn and pg_last_wal_replay_lsn. */
  readonly receiveLsn?: Lsn;
  readonly replayLsn?: Lsn;
  readonly replayPaused?: boolean;
  /** Standby: the timeline that it has come to at least, by its control file, whatever it receives. */
  readonly replayTimeline?: number;
  readonly walReceiver?: {
    readonly status: string;
    readonly senderHost?: string;
    readonly slot?: string;
    readonly timeline?: number;
  };
  /** Standbys connected to this member. No row means 'not streaming from here', never lag 0. */
  readonly standbys: readonly Standby[];
  readonly slots: readonly Slot[];
  readonly archiver?: Archiver;
  readonly synchronousStandbyNames: string;
}

export interface Standby {
  readonly name: string;
  readonly address?: string;
  /** streaming, catchup, startup, backup, stopping (pg_stat_replication.state). */
  readonly state: string;
  /** async, potential, sync, quorum. */
  readonly syncState: string;
  readonly sentLsn?: Lsn;
  readonly writeLsn?: Lsn;
  readonly flushLsn?: Lsn;
  readonly replayLsn?: Lsn;
  readonly writeLagMs?: number;
  readonly flushLagMs?: number;
  readonly replayLagMs?: number;
}

export interface Slot {
  readonly name: string;
  readonly kind: 'physical' | 'logical';
  readonly active: boolean;
  /** reserved, extended, unreserved, lost (pg_replication_slots.wal_status). */
  readonly walStatus?: string;
  readonly retainedBytes?: number;
  /** Bytes that may still be written before the slot is lost; absent when max_slot_wal_keep_size is unlimited. */
  readonly safeWalBytes?: number;
  /** Copied to standbys, and a copy of one; both from PostgreSQL 17 on. */
  readonly failover?: boolean;
  readonly synced?: boolean;
}

export interface Archiver {
  readonly mode: string;
  readonly archivedCount: number;
  readonly failedCount: number;
  readonly lastArchivedAtMs?: number;
  readonly lastFailedAtMs?: number;
  readonly lastFailedWal?: string;
}

export interface Disk {
  readonly data: DiskSpace;
  /** Absent when the WAL lies on the data's file system. */
  readonly wal?: DiskSpace;
}
export interface DiskSpace {
  readonly mount: string;
  readonly sizeBytes: number;
  readonly freeBytes: number;
}

/** The keys under /<namespace>/<scope>/ (Patroni docs and patroni/dcs/__init__.py). */
export interface Dcs {
  /** The etcd revision of the answer. */
  readonly revision: string;
  readonly leader?: string;
  readonly members: Readonly<Record<string, DcsMember>>;
  readonly systemId?: string;
  readonly history: readonly HistoryEntry[];
  readonly failover?: { readonly leader?: string; readonly candidate?: string; readonly scheduledAt?: string };
  readonly sync?: { readonly leader?: string; readonly standbys: readonly string[] };
  readonly optimeLsn?: Lsn;
  readonly failsafe: readonly string[];
  readonly config: DcsConfig;
  /** Slots that Patroni keeps for good (`slots` of the dynamic configuration). */
  readonly permanentSlots?: readonly string[];
}

export interface DcsMember {
  readonly state?: string;
  readonly role?: Role;
  readonly timeline?: number;
  readonly version?: string;
  readonly apiUrl?: string;
  readonly connUrl?: string;
  readonly walLsn?: Lsn;
  readonly tags: Readonly<Record<string, unknown>>;
}

/** One row of Patroni's history: the timeline that was left, where, why, when and for which leader. */
export interface HistoryEntry {
  readonly timeline: number;
  readonly lsn: Lsn;
  readonly reason: string;
  readonly at?: string;
  readonly newLeader?: string;
}

export interface EtcdEndpoint {
  readonly endpoint: string;
  readonly health: Reading<{
    readonly version: string;
    readonly isLeader: boolean;
    readonly hasLeader: boolean;
    readonly dbBytes: number;
    readonly raftTerm: string;
    /** Decimal text of its 64-bit id. */
    readonly memberId?: string;
    /** NOSPACE, CORRUPT. */
    readonly alarms: readonly string[];
  }>;
}

/** One HAProxy: its statistics, by server of the primary and of the replica backend. */
export interface ProxyReadings {
  readonly name: string;
  readonly stats: Reading<{ readonly primary: readonly ProxyServer[]; readonly replicas: readonly ProxyServer[] }>;
}
export interface ProxyServer {
  readonly member: string;
  /** UP, DOWN, MAINT, ... as HAProxy says it. */
  readonly status: string;
  readonly sessions: number;
}

/** What stands in the way of a quick, clean shutdown of a primary; read by SQL. */
export interface Activity {
  readonly longTransactions: readonly {
    readonly pid: number;
    readonly user: string;
    readonly application: string;
    readonly ageMs: number;
    readonly state: string;
  }[];
  readonly preparedTransactions: number;
  readonly oldestPreparedMs?: number;
  readonly baseBackups: readonly BaseBackup[];
  readonly walSinceCheckpointBytes: number;
  readonly readyWalFiles?: number;
  readonly logicalSlots: readonly string[];
  /** The settings that a standby must have at least as high as its primary, and the delay setting. */
  readonly settings: Readonly<Record<string, string>>;
  /** Settings that were changed in the files and wait for a restart (pg_settings.pending_restart); not those on the command line. */
  readonly pendingSettings?: readonly string[];
  readonly clientConnections: number;
  /** Connections of standbys, backups and receivers to this member now. */
  readonly walSendersInUse: number;
  readonly slotNames: readonly string[];
  /** VACUUM FULL, CLUSTER, CREATE INDEX, REINDEX that run, and sessions that hold a table exclusively (AccessExclusiveLock). */
  readonly maintenance: readonly { readonly pid: number; readonly what: string; readonly database: string }[];
}
