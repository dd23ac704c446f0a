import type { ClusterParts } from '../../src/clusters/parts.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { SqlMember, Standby } from '../../src/core/cluster.ts';
import type { Read } from '../../src/core/reading.ts';

export const read = <T>(value: T): Read<T> => ({ ok: true, value, source: 'test', atMs: systemClock.now() });

export const standby = (name: string, parts: Partial<Standby> = {}): Standby => ({
  name,
  state: 'streaming',
  syncState: 'async',
  replayLsn: 900,
  replayLagMs: 12,
  ...parts,
});

export const sqlOf = (parts: Partial<SqlMember>): SqlMember => ({
  inRecovery: true,
  systemId: '77',
  timeline: 3,
  versionNum: 150018,
  postmasterStartedAtMs: 1,
  standbys: [],
  slots: [],
  synchronousStandbyNames: '',
  ...parts,
});

const LIMITS = {
  maxReplayLagBytes: 1,
  maxReplayLagMs: 1,
  longTransactionMs: 1,
  minSinceLeaderChangeMs: 1,
  maxReadyWalFiles: 1,
  minFreeDiskPercent: 1,
  slotRetainedWarnBytes: 1,
  maxPreparedTransactionMs: 1,
};

const dead = async () => Promise.reject(new Error('not in this test'));

/** A cluster of pg1 (primary) and pg2 that answers by SQL alone; a test gives the rest. */
export function partsOf(name: string, parts: Partial<ClusterParts> = {}): ClusterParts {
  const members = [
    { name: 'pg1', host: '10.0.0.1', site: 'a' },
    { name: 'pg2', host: '10.0.0.2' },
  ];
  return {
    info: { name, environment: 'production', mode: 'patroni', scope: name, members },
    limits: LIMITS,
    sql: {
      member: async (member) =>
        read(
          member === 'pg1' ? sqlOf({ inRecovery: false, writeLsn: 1000, standbys: [standby('pg2')] }) : sqlOf({ replayLsn: 900 }),
        ),
      activity: dead,
      configLoadedAt: dead,
      settings: dead,
      sessions: dead,
      backend: dead,
      clients: dead,
      slots: dead,
      rewindSource: dead,
      copySource: dead,
      copyProgress: dead,
      upstream: dead,
    },
    ...parts,
  };
}
