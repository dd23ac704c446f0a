import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { incidentOf } from '../../src/alerts/apply-signal.ts';
import { createLeftPosts } from '../../src/alerts/left-posts.ts';
import { createPatrolStates } from '../../src/alerts/patrol-states.ts';
import type { Condition } from '../../src/core/condition.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { PatrolState, WatchedCondition } from '../../src/core/patrol-state.ts';
import type { Signal } from '../../src/core/signal.ts';
import { createIncidents } from '../../src/store/incidents.ts';
import { createPatrolLeases } from '../../src/store/patrol-leases.ts';
import { createSignals } from '../../src/store/signals.ts';
import { quietLog } from '../support/quiet-log.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({ appendfsync: 'everysec' });
});
afterAll(() => server.stop());

const bot = (prefix: string, name: string) => createPatrolLeases(server.client(), { prefix, bot: name });

describe('the leases of the patrol', () => {
  it('give each of a thousand clusters to one of four bots that ask at once', async () => {
    const posts = Array.from({ length: 1000 }, (_, i) => `c${i}`);
    const held = await Promise.all(['a', 'b', 'c', 'd'].map((name) => bot('many', name).hold(posts, 5000)));
    expect(held.flat().sort()).toEqual(posts.toSorted());
  });

  it('stay with a bot that asks again, go to another when their time is up, and at once when they are released', async () => {
    const [one, other] = [bot('one', 'one'), bot('one', 'other')];
    expect(await one.hold(['billing', 'etcd main'], 60_000)).toEqual(['billing', 'etcd main']);
    expect(await one.hold(['billing'], 60_000)).toEqual(['billing']);
    expect(await other.hold(['billing', 'ledger'], 60_000)).toEqual(['ledger']);
    await other.release(['billing']);
    expect(await other.hold(['billing'], 60_000)).toEqual([]);
    await one.release(['billing']);
    expect(await other.hold(['billing'], 30)).toEqual(['billing']);
    await until(async () => (await one.hold(['billing'], 60_000)).length === 1);
    expect(await other.free(['billing', 'ledger', 'orders'])).toEqual(['orders']);
    expect(await other.free([])).toEqual([]);
  });
});

describe('what the patrol keeps', () => {
  it('is there for the next bot, with the signal that came of it', async () => {
    const watched: WatchedCondition = {
      ...{
        situation: 'member-gone',
        about: 'pg3',
        severity: 'warning',
        says: 'pg3 is gone',
        joins: [],
        provides: ['host:10.0.0.13'],
      },
      ...{ sinceMs: 1, lastSeenMs: 2, raised: { atMs: 2, id: 'billing-member-gone-pg3-2' } },
    };
    const state: PatrolState = { version: 1, conditions: { 'member-gone pg3': watched }, memory: { timeline: { timeline: 7 } } };
    const condition = {
      key: 'member-gone pg3',
      situation: watched.situation,
      severity: watched.severity,
      about: 'pg3',
      joins: [],
      provides: watched.provides,
    };
    const signal: Signal = {
      id: 'billing-member-gone-pg3-2',
      cluster: 'billing',
      revision: 0,
      atMs: 2,
      kind: 'raised',
      cause: 'condition',
      condition,
      says: watched.says,
    };
    const told: string[] = [];
    const states = (name: string) =>
      createPatrolStates({
        ...{ store: createSignals(server.client(), { prefix: 'kept', bot: name }), clock: systemClock, log: quietLog },
        desk: {
          async handle({ signal: { id } }) {
            told.push(id);
          },
          recorded: async () => undefined,
          movedTo: async () => undefined,
          handedOver: () => undefined,
        },
      });
    await states('one').keep('billing', state, [signal]);
    await until(() => told.length > 0);
    expect(told).toEqual([signal.id]);
    expect(await states('other').of('billing')).toEqual(state);
    expect((await states('other').of('ledger')).conditions).toEqual({});
  });
});

describe('a cluster that left the configuration', () => {
  it('has its conditions cleared once by two bots, not before the bot that still knows it has stopped, and begins anew later', async () => {
    const prefix = 'left';
    const redis = server.client();
    const signals = (name: string) => createSignals(redis, { prefix, bot: name });
    const incidents = createIncidents(redis, prefix);
    const condition: Condition = { key: 'no-leader', situation: 'no-leader', severity: 'critical', joins: [], provides: [] };
    const raised: Signal = {
      ...{ id: 'r1', cluster: 'billing', revision: 0, atMs: 1, kind: 'raised', cause: 'condition', says: 'no leader', condition },
    };
    const place = { watch: 'patrol:billing', clusterId: 'patrol', revision: 0, atMs: 1 };
    const watched = { situation: 'no-leader', severity: 'critical', says: 'no leader', joins: [], provides: [], sinceMs: 1 };
    const seen = {
      version: 1,
      conditions: { 'no-leader': { ...watched, lastSeenMs: 1, raised: { atMs: 1, id: 'r1' } } },
      memory: {},
    };
    await signals('old').commit({ ...place, states: { billing: seen }, signals: [raised] });
    await signals('old').told('r1', { channel: 'alerts', ts: '1.1' });
    await incidents.save(incidentOf(raised, 'r1', 'alerts'));
    await bot(prefix, 'old').hold(['billing'], 60_000);

    let nowMs = 1_800_000_000_000;
    const clock = { ...systemClock, now: () => nowMs };
    const looks = ['a', 'b'].map((name) =>
      createLeftPosts({ posts: ['ledger'], leases: bot(prefix, name), store: signals(name), incidents, clock, log: quietLog }),
    );
    const look = async (times: number) => {
      for (let i = 0; i < times; i += 1) {
        await Promise.all(looks.map((one) => one()));
        nowMs += 10_000;
      }
    };
    await look(9);
    expect(await redis.hexists(`{${prefix}}:raised:billing`, 'no-leader')).toBe(1);
    await bot(prefix, 'old').release(['billing']);
    await look(20);
    expect(await redis.hexists(`{${prefix}}:raised:billing`, 'no-leader')).toBe(0);
    const told = await signals('old').takeOver();
    expect(told.map(({ signal, incident }) => [signal.kind, signal.says, incident])).toEqual([
      ['cleared', 'no leader: over, as billing is not in the configuration any more', 'r1'],
    ]);
    expect((await signals('a').position('patrol:billing'))?.states.billing).toMatchObject({ conditions: {} });
    const again = await signals('a').commit({ ...place, states: {}, signals: [{ ...raised, id: 'r2' }] });
    // The one bot that tells its end tells that first.
    expect(again).toMatchObject([{ incident: 'r2', verdict: 'theirs' }]);
  });
});

describe('the words of a condition', () => {
  it('are kept while it lasts, for whichever bot has its incident', async () => {
    let nowMs = 1_800_000_000_000;
    const store = createSignals(server.client(), { prefix: 'words', bot: 'looks' });
    const desk = { handle: async () => undefined, recorded: async () => undefined, movedTo: async () => undefined };
    const states = createPatrolStates({
      ...{ store, clock: { ...systemClock, now: () => nowMs }, log: quietLog },
      desk: { ...desk, handedOver: () => undefined },
    });
    const lag = { situation: 'replication-lag', about: 'pg2', severity: 'warning', sinceMs: 1 } as const;
    const keep = async (says: string) => {
      const raised: WatchedCondition = {
        ...lag,
        joins: [],
        provides: [],
        says,
        lastSeenMs: nowMs,
        raised: { atMs: 1, id: 'r1' },
      };
      await states.keep('billing', { version: 1, conditions: { 'replication-lag pg2': raised }, memory: {} }, []);
      nowMs += 10_000;
    };
    await keep('2 GB behind');
    for (const behind of [10, 20, 30, 40]) await keep(`${behind} GB behind`);
    const kept = await store.position('patrol:billing');
    expect(kept?.states.billing).toMatchObject({ conditions: { 'replication-lag pg2': { says: '30 GB behind' } } });
  });
});
