import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPatrolStates } from '../../src/alerts/patrol-states.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { PatrolState, WatchedCondition } from '../../src/core/patrol-state.ts';
import type { Signal } from '../../src/core/signal.ts';
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
