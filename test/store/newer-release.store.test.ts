import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Signal } from '../../src/core/signal.ts';
import { createSignals } from '../../src/store/signals.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

const signal = (revision: number, cluster: string, changes: Partial<Signal> = {}): Signal => ({
  ...{ id: `77-${revision}-${cluster}`, cluster, revision, atMs: revision, kind: 'lost', cause: 'crash', from: 'pg1' },
  says: 'pg1 lost the leader key',
  ...changes,
});

describe('a signal that a bot of a newer release left untold', () => {
  it('is left to the next one of that, with what comes after it of the same cluster, and what is of others is told', async () => {
    const redis = server.client();
    const [newer, older] = ['newer', 'older'].map((bot) => createSignals(redis, { prefix: 'rolling', bot, ownerMs: 150 }));
    const strange = signal(5, 'billing');
    const signals = [strange, signal(6, 'billing'), signal(7, 'orders')];
    const condition = { key: 'member-gone pg3', situation: 'member-gone', severity: 'warning', joins: [], provides: [] } as const;
    const beside = signal(8, 'billing', {
      kind: 'raised',
      cause: 'condition',
      condition: { ...condition, joins: [], provides: [] },
    });
    await newer?.commit({
      watch: 'etcd1/service',
      clusterId: '77',
      revision: 7,
      atMs: 7,
      states: {},
      signals: [...signals, beside],
    });
    const json = JSON.stringify({ ...strange, kind: 'a-kind-of-the-next-release' });
    await redis.hset(`{rolling}:signal:${strange.id}`, { json });
    const taken: string[] = [];
    await until(async () => {
      taken.push(...((await older?.takeOver()) ?? []).map((claim) => claim.signal.id));
      return taken.length > 1;
    });
    expect(taken.toSorted()).toEqual(['77-7-orders', beside.id]);
    // Nobody holds what the older one can not tell.
    expect(await newer?.claim(strange.id)).toBe(true);
  });
});
