import { describe, expect, it } from 'vitest';
import { etcdLook } from '../../src/alerts/conditions/etcd-look.ts';
import { p99Ms } from '../../src/alerts/conditions/pace.ts';
import type { EtcdSight } from '../../src/alerts/conditions/sight.ts';
import type { EtcdEndpoint } from '../../src/core/cluster.ts';
import type { Buckets } from '../../src/core/etcd-member.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { keysIn, thresholds } from '../support/patrol-sight.ts';
import { MIB, NOW, notRead, read } from '../support/snapshots.ts';

const endpoint = (n: number, change: object = {}): EtcdEndpoint => ({
  endpoint: `http://10.0.0.1${n}:2379`,
  health: read({
    version: '3.5.16',
    isLeader: n === 1,
    hasLeader: true,
    dbBytes: MIB,
    raftTerm: '4',
    memberId: `${n}`,
    alarms: [],
    ...change,
  }),
});
const silent = (n: number): EtcdEndpoint => ({ endpoint: `http://10.0.0.1${n}:2379`, health: notRead('connection refused') });
const peer = (n: number, change: object = {}) => ({
  id: `${n}`,
  name: `e${n}`,
  clientUrls: [`http://10.0.0.1${n}:2379`],
  learner: false,
  ...change,
});
const sight = (change: Partial<EtcdSight> = {}): EtcdSight => ({
  ...{ name: 'main', atMs: NOW, clusters: ['billing', 'ledger'], quorum: read(true), pace: {} },
  endpoints: [1, 2, 3].map((n) => endpoint(n)),
  members: read([peer(1), peer(2), peer(3)]),
  ...change,
});
const look = (change: Partial<EtcdSight> = {}, memory: JsonObject = {}) => etcdLook(sight(change), thresholds, memory);
const one = (first: EtcdEndpoint) => ({ endpoints: [first, endpoint(2), endpoint(3)] });

describe('what the patrol makes of a look at an etcd', () => {
  it('is nothing of a healthy one', () => {
    expect(look().observations).toEqual([]);
  });

  it.each<readonly [string, Partial<EtcdSight>, readonly string[], RegExp]>([
    [
      'a member that is down',
      { endpoints: [endpoint(1), endpoint(2), silent(3)] },
      ['etcd-member-down http://10.0.0.13:2379'],
      /connection refused\); 2 of 3 members do$/,
    ],
    [
      'a lost quorum',
      { quorum: notRead(), endpoints: [endpoint(1), silent(2), silent(3)] },
      ['etcd-member-down http://10.0.0.12:2379', 'etcd-member-down http://10.0.0.13:2379', 'etcd-no-quorum'],
      /^etcd main has no quorum: 1 of 3 members answer, 2 are needed; on it: billing, ledger$/,
    ],
    [
      'no leader',
      { quorum: notRead(), endpoints: [1, 2, 3].map((n) => endpoint(n, { hasLeader: false })) },
      ['etcd-no-leader'],
      /^etcd main has no leader; on it/,
    ],
    ['a full database', one(endpoint(1, { alarms: ['NOSPACE'] })), ['etcd-alarm NOSPACE'], /takes no writes/],
    [
      'an even number of voters',
      { members: read([1, 2, 3, 4].map((n) => peer(n))) },
      ['etcd-member-count'],
      /4 voting members.*e4 is a member that Trunkline's configuration does not name/,
    ],
    [
      'a member that the configuration does not name',
      { members: read([1, 2, 3, 4, 5].map((n) => peer(n))) },
      ['etcd-member-count'],
      /e4, e5 are members/,
    ],
    [
      'an endpoint that is no member',
      { members: read([peer(1)]) },
      ['etcd-member-count'],
      /names 3 endpoints, etcd has 1 members/,
    ],
  ])('is, of %s, its own situation with a sentence', (_what, change, keys, says) => {
    const { observations } = look(change);
    expect(keysIn({ observations, blind: [], memory: {} })).toEqual(keys);
    expect(observations.map((seen) => seen.says).join('\n')).toMatch(new RegExp(says.source, 'm'));
  });

  it('does not take a learner for a voter, nor a member under another address for an unknown one', () => {
    expect(
      look({ members: read([peer(1), peer(2), peer(3), peer(4, { learner: true, clientUrls: ['http://10.0.0.11:2379'] })]) })
        .observations,
    ).toEqual([]);
    const named = [1, 2, 3].map((n) => peer(n, { clientUrls: [`http://e${n}.example:2379`] }));
    expect(look({ members: read(named) }).observations).toEqual([]);
    expect(keysIn(look({ members: read(named), endpoints: [endpoint(1), endpoint(2), silent(3)] }))).toEqual([
      'etcd-member-down http://10.0.0.13:2379',
    ]);
  });

  it('folds: what takes all of it down provides it, and a dead member joins it and its host', () => {
    const { observations } = look({ quorum: notRead(), endpoints: [endpoint(1), silent(2), silent(3)] });
    expect(observations.find(({ situation }) => situation === 'etcd-no-quorum')?.provides).toEqual(['etcd:main']);
    expect(observations.find(({ about }) => about?.includes('.13'))).toMatchObject({
      joins: ['etcd:main', 'host:10.0.0.13'],
      provides: [],
    });
  });

  it('counts looks between which the raft term rose, and only within the time', () => {
    const through = (terms: readonly number[], stepMs: number) => {
      let memory: JsonObject = {};
      let keys: readonly string[] = [];
      for (const [i, term] of terms.entries()) {
        const seen = look({ ...one(endpoint(1, { raftTerm: String(term) })), atMs: NOW + i * stepMs }, memory);
        memory = seen.memory;
        keys = keysIn(seen);
      }
      return keys;
    };
    expect(through([4, 5, 6], 10_000)).toEqual([]);
    expect(through([4, 5, 9, 10], 10_000)).toEqual(['etcd-leader-changes']);
    expect(through([4, 5, 6, 7], 600_000)).toEqual([]);
    expect(through([9, 4, 9, 4, 9], 10_000), 'an old answer is no change').toEqual([]);
  });
});

describe("the pace of etcd's disk", () => {
  const buckets = (...counts: readonly number[]): Buckets =>
    [0.01, 0.1, 1].map((le, i): [string, number] => [String(le), counts[i] ?? 0]).concat([['+Inf', counts[3] ?? 0]]);
  const pace = (fsync: Buckets) => ({ 'http://10.0.0.11:2379': read({ fsync, commit: buckets(0, 0, 0, 0) }) });

  it('is the 99th percentile between two readings, as Prometheus works it out', () => {
    expect(p99Ms(buckets(0, 0, 0, 0), buckets(100, 100, 100, 100))).toBeCloseTo(9.9);
    expect(p99Ms(buckets(100, 100, 100, 100), buckets(100, 100, 200, 200))).toBeCloseTo(991);
    expect(p99Ms(buckets(0, 0, 0, 0), buckets(0, 0, 0, 50))).toBe(1000);
    expect(p99Ms(buckets(0, 0, 0, 0), buckets(5, 5, 5, 5)), 'too few writes').toBeUndefined();
    expect(p99Ms(buckets(90, 90, 90, 90), buckets(50, 50, 50, 50)), 'it started anew').toBeUndefined();
  });

  it('is slow above the limit, kept until well below it, and blind where the metrics do not answer', () => {
    const first = look({ pace: pace(buckets(0, 0, 0, 0)) });
    expect(first.observations).toEqual([]);
    const slow = look({ pace: pace(buckets(0, 50, 100, 100)), atMs: NOW + 60_000 }, first.memory);
    expect(slow.observations[0]).toMatchObject({ situation: 'etcd-slow-disk', about: 'http://10.0.0.11:2379' });
    expect(slow.observations[0]?.says).toMatch(/one of 100 writes to its log takes 98\d ms or longer \(limit 100 ms\)$/);
    const within = look({ pace: pace(buckets(0, 150, 200, 200)), atMs: NOW + 90_000 }, slow.memory);
    expect(keysIn(within), 'no new window yet').toEqual(['etcd-slow-disk http://10.0.0.11:2379']);
    const better = look({ pace: pace(buckets(0, 1050, 1100, 1100)), atMs: NOW + 120_000 }, within.memory);
    expect(better.observations).toMatchObject([{ onlyKeeps: true }]);
    const fast = look({ pace: pace(buckets(9000, 10_050, 10_100, 10_100)), atMs: NOW + 180_000 }, better.memory);
    expect(fast.observations).toEqual([]);
    expect(look({ pace: { x: notRead() } }).blind).toContainEqual({ situation: 'etcd-slow-disk', about: 'x' });
  });
});
