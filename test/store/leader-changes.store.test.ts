import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LeaderChange } from '../../src/core/incident.ts';
import { createLeaderChanges } from '../../src/store/leader-changes.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({ appendfsync: 'everysec' });
});
afterAll(() => server.stop());

const change = (id: string, atMs: number, cluster = 'billing'): LeaderChange => ({
  ...{ id, cluster, atMs, kind: 'crash', from: 'pg1', to: 'pg2', timeline: 1, says: 'pg1 died' },
});

it('keeps every change of a cluster, newest first and each once, beside the last of them', async () => {
  const changes = createLeaderChanges(server.client(), 'test');
  for (const one of [change('a', 10), change('c', 30), change('b', 20), change('b', 20), change('x', 40, 'reports')])
    await changes.changed(one);
  expect((await changes.allChanges('billing')).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  expect(await changes.lastChange('billing')).toEqual(change('c', 30));
  expect(await changes.allChanges('nowhere')).toEqual([]);
});

it('leaves out one that a newer release wrote, and tells the others', async () => {
  const redis = server.client();
  const changes = createLeaderChanges(redis, 'newer');
  await changes.changed(change('a', 10));
  await redis.hset('{newer}:leader-changes:billing', 'b', JSON.stringify({ ...change('b', 20), version: 99 }));
  expect((await changes.allChanges('billing')).map(({ id }) => id)).toEqual(['a']);
});
