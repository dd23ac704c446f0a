import type {
  Dcs,
  EtcdEndpoint,
  MemberReadings,
  PatroniMember,
  ProxyReadings,
  Snapshot,
  SqlMember,
  Standby,
} from '../../src/core/cluster.ts';
import type { DcsConfig } from '../../src/core/dcs-config.ts';
import type { NotRead, Read, Reading } from '../../src/core/reading.ts';
import type { Limits } from '../../src/core/view.ts';

/** When every hand-written snapshot was read. */
export const NOW = Date.parse('2026-11-23T01:10:00Z');
export const MIB = 1024 ** 2;
export const GIB = 1024 ** 3;
/** The primary's WAL position: 0/5000000. */
export const LSN = 0x5000000;
export const SYSTEM_ID = '7575757575757575757';

export const limits: Limits = {
  maxReplayLagBytes: 10 * MIB,
  maxReplayLagMs: 10_000,
  longTransactionMs: 15_000,
  minSinceLeaderChangeMs: 3_600_000,
  maxReadyWalFiles: 20,
  minFreeDiskPercent: 10,
  slotRetainedWarnBytes: GIB,
  maxPreparedTransactionMs: 60_000,
};

export function read<T>(value: T, source = 'a test', afterMs = 40): Read<T> {
  return { ok: true, value, source, atMs: NOW + afterMs };
}

export function notRead(why = 'no answer within 2 s', source = 'a test'): NotRead {
  return { ok: false, why, source, atMs: NOW + 2000 };
}

/** A reading with some fields of its value changed. */
export function changed<T extends object>(reading: Reading<T>, change: Partial<T>): Reading<T> {
  return reading.ok ? { ...reading, value: { ...reading.value, ...change } } : reading;
}

export function standbyRow(name: string, change: Partial<Standby> = {}): Standby {
  return {
    name,
    state: 'streaming',
    syncState: 'async',
    sentLsn: LSN,
    writeLsn: LSN,
    flushLsn: LSN,
    replayLsn: LSN,
    ...change,
  };
}

const patroni = (name: string, change: Partial<PatroniMember>): PatroniMember => ({
  name,
  scope: 'billing',
  state: 'running',
  role: 'replica',
  timeline: 7,
  systemId: SYSTEM_ID,
  postgresVersionNum: 150_018,
  patroniVersion: '3.0.2',
  pendingRestart: false,
  paused: false,
  clusterUnlocked: false,
  failsafeActive: false,
  watchdogFailed: false,
  tags: {},
  ...change,
});

const sql = (change: Partial<SqlMember>): SqlMember => ({
  inRecovery: true,
  systemId: SYSTEM_ID,
  timeline: 7,
  versionNum: 150_018,
  postmasterStartedAtMs: NOW - 86_400_000,
  standbys: [],
  slots: [],
  synchronousStandbyNames: '',
  ...change,
});

function member(name: string, rest: Partial<PatroniMember>, bySql: Partial<SqlMember>): MemberReadings {
  return {
    name,
    host: `10.0.0.1${name.slice(2)}`,
    patroni: read(patroni(name, rest), `GET http://10.0.0.1${name.slice(2)}:8008/patroni`),
    sql: read(sql(bySql), `SQL on ${name}`),
    disk: read({ data: { mount: '/var/lib/postgresql', sizeBytes: 100 * GIB, freeBytes: 60 * GIB } }, `df on ${name}`),
  };
}

export const primaryMember = (
  name: string,
  standbys: readonly string[],
  rows = standbys.map((standby) => standbyRow(standby)),
): MemberReadings =>
  member(
    name,
    { role: 'primary' },
    {
      inRecovery: false,
      writeLsn: LSN,
      standbys: rows,
      slots: standbys.map((standby) => ({
        name: standby,
        kind: 'physical',
        active: true,
        walStatus: 'reserved',
        retainedBytes: 0,
      })),
      archiver: { mode: 'on', archivedCount: 812, failedCount: 0, lastArchivedAtMs: NOW - 60_000 },
    },
  );

export const standbyMember = (name: string, leader: string): MemberReadings =>
  member(
    name,
    { replicationState: 'streaming' },
    {
      receiveLsn: LSN,
      replayLsn: LSN,
      walReceiver: { status: 'streaming', senderHost: `10.0.0.1${leader.slice(2)}`, slot: name, timeline: 7 },
    },
  );

export const config: DcsConfig = {
  ttlS: 30,
  loopWaitS: 10,
  retryTimeoutS: 10,
  maximumLagOnFailoverBytes: MIB,
  checkTimeline: false,
  synchronousMode: 'off',
  synchronousModeStrict: false,
  failsafeMode: false,
  paused: false,
  standbyCluster: false,
};

const dcs: Dcs = {
  revision: '4711',
  leader: 'pg2',
  members: {
    pg1: { role: 'replica', state: 'running', timeline: 7, walLsn: LSN, tags: {} },
    pg2: { role: 'primary', state: 'running', timeline: 7, walLsn: LSN, tags: {} },
    pg3: { role: 'replica', state: 'running', timeline: 7, walLsn: LSN, tags: {} },
  },
  systemId: SYSTEM_ID,
  history: [
    { timeline: 6, lsn: 0x4000000, reason: 'no recovery target specified', at: '2026-11-22T20:00:00+00:00', newLeader: 'pg2' },
  ],
  optimeLsn: LSN,
  failsafe: [],
  config,
};

const etcd = (n: number): EtcdEndpoint => ({
  endpoint: `10.0.0.1${n}:2379`,
  health: read(
    { version: '3.4.23', isLeader: n === 1, hasLeader: true, dbBytes: 2 * MIB, raftTerm: '4', alarms: [] },
    `etcd status 10.0.0.1${n}`,
  ),
});

const proxy = (name: string): ProxyReadings => ({
  name,
  stats: read(
    {
      primary: [server('pg1', 'DOWN'), server('pg2', 'UP'), server('pg3', 'DOWN')],
      replicas: [server('pg1', 'UP'), server('pg2', 'DOWN'), server('pg3', 'UP')],
    },
    `statistics of ${name}`,
  ),
});

export const server = (name: string, status: string) => ({ member: name, status, sessions: status === 'UP' ? 3 : 0 });

/** A healthy Patroni cluster: pg2 leads pg1 and pg3 on timeline 7, three etcd members, two HAProxies, one VIP holder. */
export function healthy(change: Partial<Snapshot> = {}): Snapshot {
  return {
    cluster: {
      name: 'billing',
      environment: 'production',
      mode: 'patroni',
      scope: 'billing',
      members: ['pg1', 'pg2', 'pg3'].map((name) => ({ name, host: `10.0.0.1${name.slice(2)}` })),
    },
    startedAtMs: NOW,
    dcs: read(dcs, 'etcd keys of billing'),
    members: [standbyMember('pg1', 'pg2'), primaryMember('pg2', ['pg1', 'pg3']), standbyMember('pg3', 'pg2')],
    etcd: [etcd(1), etcd(2), etcd(3)],
    proxies: [proxy('lb1'), proxy('lb2')],
    vip: { address: '10.0.0.100', holders: read(['lb1'], 'addresses of lb1 and lb2') },
    ...change,
  };
}

/** A healthy pair without Patroni: a leads, b streams under the default application_name. */
export function healthyStreaming(): Snapshot {
  const none = notRead('this cluster has no Patroni');
  const row = standbyRow('walreceiver', { address: '10.0.0.11' });
  return {
    cluster: {
      name: 'reports',
      environment: 'staging',
      mode: 'streaming',
      scope: 'reports',
      members: ['pg1', 'pg2'].map((name) => ({ name, host: `10.0.0.1${name.slice(2)}` })),
    },
    startedAtMs: NOW,
    dcs: none,
    members: [
      { ...standbyMember('pg1', 'pg2'), patroni: none },
      { ...primaryMember('pg2', [], [row]), patroni: none },
    ],
    etcd: [],
    proxies: [],
  };
}
