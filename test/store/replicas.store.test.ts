import { afterEach, describe, expect, it } from 'vitest';
import { guardRedis } from '../../src/compose/redis-guard.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { connectRedis, type RedisConnection } from '../../src/store/redis.ts';
import { createStore } from '../../src/store/store.ts';
import { checkedChain } from '../support/checked-chain.ts';
import { quietLog } from '../support/quiet-log.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { runOf } from '../support/run-of.ts';
import { factsOf } from '../support/store-of.ts';
import { until } from '../support/until.ts';

const fastClock: Clock = { ...systemClock, every: (millis, task, failed) => systemClock.every(millis / 20, task, failed) };
const toStop: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0).reverse()) await stop();
});

async function pair(): Promise<{ primary: RedisServer; replica: RedisServer; connection: RedisConnection }> {
  const primary = await startRedisServer();
  const replica = await startRedisServer({ replicaof: `127.0.0.1 ${primary.port}` });
  await follows(replica);
  const replicas = { confirm: 1, withinMs: 300 };
  const connection = connectRedis({ host: '127.0.0.1', port: primary.port, replicas }, quietLog);
  toStop.push(
    () => primary.stop(),
    () => replica.stop(),
    () => connection.close(),
  );
  await connection.redis.ping();
  return { primary, replica, connection };
}

async function follows(replica: RedisServer): Promise<void> {
  const client = replica.client();
  await until(async () => (await client.info('replication')).includes('master_link_status:up'));
}

const mark = { run: 'r4k2m9xq', epoch: 0, step: 'switchover', entry: { mark: 'started', startedAtMs: 1 } } as const;

describe('with replicas, a write that an effect follows', () => {
  it('is at a replica before its writer goes on, so that a failover does not lose it', async () => {
    const { replica, connection } = await pair();
    const store = createStore(connection.redis, { prefix: 'p', clock: systemClock });
    await store.runs.create(runOf({ state: 'running' }), factsOf());
    expect(await store.journal.write({ ...mark, audit: factsOf() })).toBe('written');
    expect(await replica.client().hget('{p}:journal:r4k2m9xq', 'switchover')).toContain('"started"');
  });

  it('does not let its writer go on without a replica, says why, and does when one is back', async () => {
    const { replica, connection } = await pair();
    const store = createStore(connection.redis, { prefix: 'p', clock: systemClock });
    await store.runs.create(runOf({ state: 'running' }), factsOf());
    await replica.kill();
    const failed = store.journal.write(mark);
    await expect(failed).rejects.toMatchObject({
      kind: 'unreachable',
      message: '0 of the 1 replicas that Redis needs confirmed the write within 0.3 s',
    });
    await expect(store.locks.take({ ...mark, runbook: 'switchover', locks: runOf().locks, atMs: 1 })).rejects.toThrow(
      /0 of the 1/,
    );
    const vote = { userId: 'U1', userName: 'U1', verdict: 'approve', atMs: 1 } as const;
    await store.runs.create(runOf({ id: 'r000002' }), factsOf()).catch(() => undefined);
    await expect(store.votes.cast('r000002', vote, factsOf())).rejects.toThrow(/0 of the 1/);
    // Reads use another connection, which does not wait.
    expect(await store.runs.get('r4k2m9xq')).toMatchObject({ state: 'running' });
    await replica.restart();
    await follows(replica);
    await expect.poll(() => store.journal.write(mark).catch(String), { timeout: 10_000 }).toBe('written');
    expect(await checkedChain(store.audit)).toMatchObject({ ok: true });
  });

  it('is not asked for while too few replicas answer: health says so, reads go on, no change starts', async () => {
    const { replica, connection } = await pair();
    const needs = { where: 'redis', demo: false, probeKey: '{p}:format', clock: fastClock, log: quietLog };
    const guard = await guardRedis(connection, needs);
    toStop.push(() => guard.stop());
    guard.mustBeSafe();
    await replica.kill();
    await expect
      .poll(() => guard.says(), { timeout: 10_000 })
      .toMatchObject({ ok: false, says: expect.stringContaining('0 of the 1') });
    expect(() => guard.mustBeGood()).not.toThrow();
    expect(() => guard.mustBeSafe()).toThrow(/no change can start now: 0 of the 1 replicas/);
    await replica.restart();
    await expect.poll(() => guard.says().ok, { timeout: 10_000 }).toBe(true);
  });
});
