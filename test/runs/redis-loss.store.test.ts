import { afterEach, describe, expect, it } from 'vitest';
import { connectRedis } from '../../src/store/redis.ts';
import { type RedisConfig, redisTarget } from '../../src/store/redis-options.ts';
import { askerOf, engineOn } from '../support/engine-on.ts';
import { checkedChain } from '../support/checked-chain.ts';
import { quietLog } from '../support/quiet-log.ts';
import { startRedisServer } from '../support/redis-server.ts';
import { startSentinels } from '../support/redis-sentinels.ts';

const toStop: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0).reverse()) await stop();
}, 30_000);

/** An engine whose store and queue find Redis as the configuration says. */
function engineAt(config: RedisConfig) {
  const connection = connectRedis(config, quietLog);
  toStop.push(() => connection.close());
  return engineOn({ client: () => connection.redis, target: redisTarget(config) }, toStop);
}

/** Brings a run to the middle of its last step. */
async function inTheMiddle(engine: ReturnType<typeof engineOn>): Promise<string> {
  const { world, ledger, asked, worker, store } = engine;
  world.streaming = false;
  worker();
  const id = await asked();
  await ledger.approve(id, askerOf('U1'));
  await expect.poll(async () => (await store.journal.read(id)).rejoined?.note, { timeout: 10_000 }).toMatch(/does not stream/);
  return id;
}

/** As the application does every two seconds: whatever a lost queue forgot is asked for again. */
async function swept(engine: ReturnType<typeof engineOn>, id: string): Promise<string | undefined> {
  await engine.sweep().catch(() => undefined);
  return (await engine.store.runs.get(id).catch(() => undefined))?.state;
}

describe('a run in the middle of a step', () => {
  it('goes on after kill -9 of Redis and a restart: nothing twice, nothing lost', async () => {
    const server = await startRedisServer();
    toStop.push(() => server.stop());
    const engine = engineAt({ host: '127.0.0.1', port: server.port });
    const id = await inTheMiddle(engine);
    await server.restart();
    engine.world.streaming = true;
    await expect.poll(() => swept(engine, id), { timeout: 25_000, interval: 500 }).toBe('succeeded');
    expect(engine.world.acted).toEqual(['checkpoint', 'switchover']);
    expect(await checkedChain(engine.store.audit)).toMatchObject({ ok: true });
  }, 60_000);

  it('goes on at the new primary after a failover by Sentinels: nothing twice, nothing lost', async () => {
    const group = await startSentinels();
    toStop.push(() => group.stop());
    const engine = engineAt({ ...group.place, replicas: { confirm: 1, withinMs: 1000 } });
    const id = await inTheMiddle(engine);
    await group.primary.kill();
    engine.world.streaming = true;
    const atReplica = group.replica.client();
    await expect.poll(async () => (await atReplica.role())[0], { timeout: 20_000, interval: 100 }).toBe('master');
    // What was confirmed is there; without a second server no change goes on.
    expect(await atReplica.hget(`{${engine.prefix}}:journal:${id}`, 'switchover')).toContain('"done"');
    expect(await swept(engine, id)).not.toBe('succeeded');
    // The old primary comes back and is made a replica of the new one.
    await group.primary.restart();
    await expect.poll(() => swept(engine, id), { timeout: 70_000, interval: 500 }).toBe('succeeded');
    expect(engine.world.acted).toEqual(['checkpoint', 'switchover']);
    expect(await checkedChain(engine.store.audit)).toMatchObject({ ok: true });
  }, 150_000);
});
