import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSignals, type SignalCommit } from '../../src/store/signals.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

const WATCH = 'main/service/';
const commit = (revision: number, atMs: number, changes: Partial<SignalCommit> = {}): SignalCommit => ({
  ...{ watch: WATCH, clusterId: '77', revision, atMs, states: {}, signals: [], ...changes },
});

it('says since when nobody watches and what a bot that died had caught up with, until one has caught up', async () => {
  const signals = createSignals(server.client(), { prefix: 'away', bot: 'a' });
  await signals.commit(commit(100, 1000));
  await signals.commit(commit(201, 1000, { awayTold: 2 }));
  expect(await signals.position(WATCH)).toMatchObject({ revision: 201, atMs: 1000, awayTold: 2 });
  await signals.commit(commit(300, 9000));
  expect(await signals.position(WATCH)).toMatchObject({ revision: 300, atMs: 9000, awayTold: 0 });
});

it('does not go back in time for a bot that still catches up, and keeps the states of one whose clock is behind', async () => {
  const signals = createSignals(server.client(), { prefix: 'clocks', bot: 'a' });
  await signals.commit(commit(300, 9000, { states: { billing: { raised: 1 } } }));
  await signals.commit(commit(300, 1000, { awayTold: 2, states: { billing: { raised: 0 } } }));
  expect(await signals.position(WATCH)).toMatchObject({ atMs: 9000, awayTold: 0, states: { billing: { raised: 0 } } });
  await signals.commit(commit(301, 8000));
  expect(await signals.position(WATCH)).toMatchObject({ revision: 301, atMs: 8000 });
});

it('takes nothing for caught up from a count that a bot of an older release has left behind', async () => {
  const redis = server.client();
  const signals = createSignals(redis, { prefix: 'older', bot: 'a' });
  await signals.commit(commit(201, 1000, { awayTold: 2 }));
  await redis.hset(`{older}:watch:${WATCH}`, { revision: 300, atMs: 9000 });
  expect(await signals.position(WATCH)).toMatchObject({ revision: 300, awayTold: 0 });
});
