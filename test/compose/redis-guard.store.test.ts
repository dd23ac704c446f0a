import { afterEach, expect, it } from 'vitest';
import { guardRedis, type RedisGuard } from '../../src/compose/redis-guard.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { connectRedis } from '../../src/store/redis.ts';
import { quietLog } from '../support/quiet-log.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';

const fastClock: Clock = { ...systemClock, every: (millis, task, failed) => systemClock.every(millis / 100, task, failed) };
let server: RedisServer | undefined;
let guard: RedisGuard | undefined;
afterEach(async () => {
  guard?.stop();
  await server?.stop();
});

it('trusts a Redis no longer whose settings were changed to forget, and again when they are put right', async () => {
  server = await startRedisServer();
  const connection = connectRedis({ host: '127.0.0.1', port: server.port }, quietLog);
  guard = await guardRedis(connection, { where: 'redis', demo: false, clock: fastClock, log: quietLog });
  guard.mustBeGood();
  await server.client().config('SET', 'maxmemory-policy', 'allkeys-lru');
  await expect.poll(() => guard?.says()).toMatchObject({ ok: false, says: expect.stringContaining('evicts') });
  expect(() => guard?.mustBeGood()).toThrow(/evicts/);
  await server.client().config('SET', 'maxmemory-policy', 'noeviction');
  await expect.poll(() => guard?.says().ok).toBe(true);
  await connection.close();
});
