import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardRedis } from '../../src/compose/redis-guard.ts';
import { systemClock } from '../../src/core/clock.ts';
import { checkRedis } from '../../src/store/check-redis.ts';
import { awaitRedis, connectRedis } from '../../src/store/redis.ts';
import { type RedisConfig, redisTarget } from '../../src/store/redis-options.ts';
import { createStore } from '../../src/store/store.ts';
import { askerOf, engineOn } from '../support/engine-on.ts';
import { checkedChain } from '../support/checked-chain.ts';
import { quietLog } from '../support/quiet-log.ts';
import { type RedisCluster, startRedisCluster } from '../support/redis-cluster.ts';
import { runOf } from '../support/run-of.ts';
import { factsOf } from '../support/store-of.ts';

let cluster: RedisCluster;
const toStop: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(async () => {
  for (const stop of toStop.reverse()) await stop();
  await cluster.stop();
});

function connect() {
  const config: RedisConfig = { cluster: cluster.nodes.slice(0, 1) };
  const connection = connectRedis(config, quietLog);
  toStop.push(() => connection.close());
  return { config, connection };
}

describe('a Redis Cluster', () => {
  it('keeps runs, journals, votes, locks and the audit log of each prefix in one slot', async () => {
    const { connection } = connect();
    await awaitRedis(connection, 'the Cluster');
    for (const prefix of ['one', 'two', 'three']) {
      const store = createStore(connection.redis, { prefix, clock: systemClock });
      await store.runs.create(runOf(), factsOf());
      const vote = { userId: 'U1', userName: 'U1', verdict: 'approve', atMs: Date.now() } as const;
      expect(await store.votes.cast('r4k2m9xq', vote, factsOf())).toBe('approved');
      expect((await store.runs.list({ open: true, limit: 9 })).map(({ state }) => state)).toEqual(['approved']);
      await store.claimFormat();
      expect(await checkedChain(store.audit)).toMatchObject({ ok: true, entries: 2 });
    }
  });

  it('is checked at every one of its primaries', async () => {
    const { connection } = connect();
    const guard = await guardRedis(connection, { where: 'the Cluster', demo: false, clock: systemClock, log: quietLog });
    guard.mustBeSafe();
    guard.stop();
    const [, , third] = cluster.servers;
    await third?.client().config('SET', 'appendfsync', 'everysec');
    await expect(checkRedis(connection.redis, { demo: false })).rejects.toThrow(/appendfsync is everysec/);
    await third?.client().config('SET', 'appendfsync', 'always');
  });

  it('carries a run from the request over the queue to its end', async () => {
    const { config, connection } = connect();
    const { world, ledger, asked, worker, ends } = engineOn(
      { client: () => connection.redis, target: redisTarget(config) },
      toStop,
    );
    worker();
    const id = await asked();
    await ledger.approve(id, askerOf('U1'));
    await ends(id).toBe('succeeded');
    expect(world.acted).toEqual(['checkpoint', 'switchover']);
  });
});
