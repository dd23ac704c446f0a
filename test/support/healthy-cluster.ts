import type { Backups } from '../../src/core/backups.ts';
import type { Activity, Dcs, PatroniMember, Snapshot, SqlMember } from '../../src/core/cluster.ts';
import type { PoolerReadings } from '../../src/core/pooler.ts';
import type { Reading } from '../../src/core/reading.ts';
import type { Lingering } from '../../src/core/lingering.ts';
import type { Server } from '../../src/core/server.ts';
import type { RestReach } from '../../src/core/rest-reach.ts';
import type { LeaderLease, Sighting } from '../../src/core/sighting.ts';
import type { Limits } from '../../src/core/view.ts';

/** The same without `readonly`, so that a test can change one fact. */
export type Loose<T> = T extends object ? { -readonly [K in keyof T]: Loose<T[K]> } : T;
/** What a fake cluster shows to whoever asks. */
export type Shown = Loose<{
  snapshot: Snapshot;
  activities: Record<string, Reading<Activity>>;
  servers: Record<string, Reading<Server>>;
  reach: Record<string, Reading<RestReach>>;
  lingering: Lingering[];
  /** What the other hosts see of any member. */
  sightings: Sighting[];
  lease: Reading<LeaderLease>;
  poolers: PoolerReadings[];
  /** Absent where no backup tool is configured. */
  backups?: Reading<Backups>;
  limits: Limits;
}>;

export const NOW = Date.parse('2026-11-22T12:00:00Z');
export const CLUSTER = 'billing';
export const MIB = 2 ** 20;
export const WAL_LSN = 64 * MIB;
/** A reading of a value, as if asked just now. */
export function read<T>(value: T): Reading<T> {
  return { ok: true, value, source: 'the fake', atMs: NOW };
}

const NAMES = ['pg1', 'pg2', 'pg3'] as const;

/** Three members, pg1 leads on timeline 7; two HAProxy, a VIP, three etcd; all healthy. */
export function healthyCluster(): Shown {
  const members = NAMES.map((name) => ({ name, host: `10.0.0.${name.slice(2)}`, site: name === 'pg3' ? 'south' : 'north' }));
  const snapshot: Snapshot = {
    cluster: { name: CLUSTER, environment: 'production', mode: 'patroni', scope: CLUSTER, members },
    startedAtMs: NOW,
    dcs: read(dcs()),
    members: members.map((member) => ({
      ...member,
      patroni: read(patroni(member.name)),
      sql: read(sqlOf(member.name, 'pg1', 7, '7711123950511697988')),
      disk: read({ data: { mount: '/var/lib/postgresql', sizeBytes: 1000 * MIB, freeBytes: 600 * MIB } }),
    })),
    etcd: NAMES.map((name, index) => ({
      endpoint: `http://${name}:2379`,
      health: read({ version: '3.5.16', isLeader: index === 0, hasLeader: true, dbBytes: MIB, raftTerm: '3', alarms: [] }),
    })),
    etcdTerm: { term: '3', sinceMs: NOW - 3_600_000, watchedSinceMs: NOW - 3_600_000 },
    proxies: ['lb1', 'lb2'].map((name) => ({ name, stats: read(statsFor('pg1')) })),
    vip: { address: '10.0.0.100', holders: read(['lb1']) },
  };
  const limits: Limits = {
    maxReplayLagBytes: 10 * MIB,
    maxReplayLagMs: 10_000,
    longTransactionMs: 15_000,
    minSinceLeaderChangeMs: 3_600_000,
    maxReadyWalFiles: 20,
    minFreeDiskPercent: 10,
    slotRetainedWarnBytes: 1024 * MIB,
    maxPreparedTransactionMs: 60_000,
  };
  const activities = Object.fromEntries(NAMES.map((name) => [name, read(activity())]));
  const servers = Object.fromEntries(NAMES.map((name) => [name, read(serverOf(name === 'pg1'))]));
  const reach = Object.fromEntries(['pg2', 'pg3'].map((name) => [name, read({ connects: true, says: 'answer 200' })]));
  const lingering = ['lb1', 'lb2'].map((proxy) => ({ proxy, servers: read<readonly string[]>([]) }));
  const sightings = NAMES.map((from) => ({ from, seen: read({ postgres: 'accepts', rest: 'answers' }) }));
  const poolers: PoolerReadings[] = [];
  const lease = read({ holder: 'pg1', leftS: 28 });
  return structuredClone({ snapshot, activities, servers, reach, lingering, sightings, lease, poolers, limits }) as Shown;
}

/** A server that Patroni runs. */
function serverOf(leads: boolean): Server {
  return {
    patroni: { load: 'loaded', active: 'active', enabled: 'enabled' },
    postgres: { load: 'masked', active: 'inactive', enabled: 'masked' },
    process: 'running',
    control: {
      systemId: '7711123950511697988',
      state: leads ? 'in production' : 'in archive recovery',
      checkpointLsn: WAL_LSN - MIB,
      redoLsn: WAL_LSN - MIB,
      timeline: 7,
      previousTimeline: 7,
      minRecoveryLsn: leads ? 0 : WAL_LSN,
      minRecoveryTimeline: leads ? 0 : 7,
      fullPageWrites: true,
      walLogHints: true,
      dataChecksums: true,
      walSegmentBytes: 16 * MIB,
    },
  };
}

function dcs(): Dcs {
  return {
    revision: '1001',
    leader: 'pg1',
    members: Object.fromEntries(NAMES.map((name) => [name, { state: 'running', tags: {} }])),
    systemId: '7711123950511697988',
    history: [
      { timeline: 6, lsn: 48 * MIB, reason: 'no recovery target specified', at: '2026-11-20T08:00:00Z', newLeader: 'pg1' },
    ],
    failsafe: [],
    config: {
      ttlS: 30,
      loopWaitS: 10,
      retryTimeoutS: 10,
      maximumLagOnFailoverBytes: MIB,
      checkTimeline: true,
      synchronousMode: 'off',
      synchronousModeStrict: false,
      failsafeMode: false,
      paused: false,
      standbyCluster: false,
    },
  };
}

function patroni(name: string): PatroniMember {
  return {
    name,
    scope: CLUSTER,
    state: name === 'pg1' ? 'running' : 'streaming',
    role: name === 'pg1' ? 'primary' : 'replica',
    timeline: 7,
    patroniVersion: '4.0.7',
    pendingRestart: false,
    paused: false,
    clusterUnlocked: false,
    failsafeActive: false,
    watchdogFailed: false,
    tags: {},
  };
}

/** SQL of a member while `leader` leads. */
export function sqlOf(name: string, leader: string, timeline: number, systemId: string): SqlMember {
  const common = {
    systemId,
    timeline,
    versionNum: 170_012,
    postmasterStartedAtMs: NOW - 86_400_000,
    slots: [],
    synchronousStandbyNames: '',
  };
  if (name !== leader)
    return {
      ...common,
      inRecovery: true,
      receiveLsn: WAL_LSN,
      replayLsn: WAL_LSN,
      replayPaused: false,
      replayTimeline: timeline,
      walReceiver: { status: 'streaming', timeline },
      standbys: [],
    };
  return {
    ...common,
    inRecovery: false,
    writeLsn: WAL_LSN,
    archiver: { mode: 'on', archivedCount: 12, failedCount: 0, lastArchivedAtMs: NOW - 60_000 },
    standbys: NAMES.filter((other) => other !== leader).map((other) => ({
      name: other,
      state: 'streaming',
      syncState: 'async',
      replayLsn: WAL_LSN,
      replayLagMs: 0,
    })),
  };
}

/** HAProxy's statistics while `leader` leads. */
export function statsFor(leader: string) {
  const row = (member: string, up: boolean) => ({ member, status: up ? 'UP' : 'DOWN', sessions: 0 });
  return { primary: NAMES.map((name) => row(name, name === leader)), replicas: NAMES.map((name) => row(name, name !== leader)) };
}

function activity(): Activity {
  return {
    longTransactions: [],
    preparedTransactions: 0,
    baseBackups: [],
    walSinceCheckpointBytes: 3 * MIB,
    readyWalFiles: 0,
    logicalSlots: [],
    settings: {
      max_connections: '100',
      max_worker_processes: '8',
      max_wal_senders: '10',
      max_replication_slots: '10',
      max_prepared_transactions: '0',
      max_locks_per_transaction: '64',
      recovery_min_apply_delay: '0',
    },
    clientConnections: 12,
    walSendersInUse: 2,
    slotNames: [],
    maintenance: [],
  };
}
