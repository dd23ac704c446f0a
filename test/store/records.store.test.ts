import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardRedis } from '../../src/compose/redis-guard.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Incident } from '../../src/core/incident.ts';
import { createIncidents } from '../../src/store/incidents.ts';
import { connectRedis } from '../../src/store/redis.ts';
import { createStore } from '../../src/store/store.ts';
import { askerOf, engineOn } from '../support/engine-on.ts';
import { quietLog } from '../support/quiet-log.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { runOf } from '../support/run-of.ts';
import { factsOf, storesOn } from '../support/store-of.ts';

let server: RedisServer;
const toStop: (() => Promise<unknown>)[] = [];
let count = 0;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(async () => {
  for (const stop of toStop.reverse()) await stop();
  await server.stop();
});

function fresh(now?: () => number) {
  count += 1;
  const prefix = `records-${count}`;
  const redis = server.client();
  return {
    prefix,
    redis,
    store: createStore(redis, { prefix, clock: now ? { ...systemClock, now } : systemClock, log: quietLog }),
  };
}

describe('a run of a newer release', () => {
  it('is listed as that, is left as it is, and stops neither the list nor the sweep for the others', async () => {
    const { prefix, store, ledger, asked, sweep, worker, ends } = engineOn(server, toStop);
    const redis = server.client();
    await store.runs.create(runOf({ id: 'r000009', state: 'queued', createdAtMs: Date.now() }), factsOf());
    await redis.hset(`{${prefix}}:run:r000009`, { version: '9', state: '"levitating"' });
    const before = await redis.hgetall(`{${prefix}}:run:r000009`);
    const id = await asked();
    const vote = { userId: 'U1', userName: 'U1', verdict: 'approve', atMs: Date.now() } as const;
    await store.votes.cast(id, vote, factsOf());
    expect((await store.runs.list({ limit: 9 })).map((run) => run.id)).toEqual([id]);
    expect(await store.runs.unreadable({ open: true, limit: 9 })).toMatchObject([
      { id: 'r000009', cluster: 'billing', kind: 'newer', says: expect.stringContaining('run version 9; this one knows 2') },
    ]);
    worker();
    await sweep();
    await ends(id).toBe('succeeded');
    await expect(ledger.approve('r000009', askerOf('U1'))).rejects.toMatchObject({
      kind: 'refusal',
      hint: 'Install the newer release here.',
    });
    expect(await redis.hgetall(`{${prefix}}:run:r000009`)).toEqual(before);
  });

  it('keeps its journal from being continued half read', async () => {
    const { prefix, redis, store } = fresh();
    await redis.hset(`{${prefix}}:journal:r1`, 'switchover', JSON.stringify({ version: 7, mark: 'levitated' }));
    await expect(store.journal.read('r1')).rejects.toMatchObject({
      kind: 'refusal',
      message: expect.stringContaining('newer release'),
    });
  });
});

it('a run of version 1 is written back whole as version 2 with its first change', async () => {
  const { prefix, redis, store } = fresh();
  await store.runs.create(runOf(), factsOf());
  await redis.hset(`{${prefix}}:run:r4k2m9xq`, 'version', '1');
  expect(await store.runs.get('r4k2m9xq')).toMatchObject({ version: 2 });
  expect(await redis.hget(`{${prefix}}:run:r4k2m9xq`, 'version')).toBe('1');
  await store.runs.change('r4k2m9xq', () => ({ patch: { messageTs: '1.2' } }));
  expect(await redis.hget(`{${prefix}}:run:r4k2m9xq`, 'version')).toBe('2');
  expect(await store.runs.get('r4k2m9xq')).toEqual(runOf({ messageTs: '1.2', revision: 2 }));
});

it('incidents of a newer release do not keep the others from being followed', async () => {
  const { prefix, redis } = fresh();
  const incidents = createIncidents(redis, prefix, quietLog);
  const incident: Incident = {
    ...{ version: 2, id: 'i1', cluster: 'billing', situation: 'failover', severity: 'critical', cause: 'crash' },
    ...{ says: 'pg1 is gone', evidence: [], openedAtMs: 1, conditions: {}, timeline: [], affects: [], acts: [], escalations: [] },
    ...{ replayed: false, recorded: true, channel: 'C0' },
  };
  await incidents.save(incident);
  await incidents.save({ ...incident, id: 'i2', openedAtMs: 2 });
  await redis.set(`{${prefix}}:incident:i1`, JSON.stringify({ ...incident, version: 4 }));
  expect((await incidents.open()).map(({ id }) => id)).toEqual(['i2']);
  await expect(incidents.load('i1')).rejects.toMatchObject({ kind: 'refusal' });
});

describe('the format of the store', () => {
  it('of a newer release is refused to a worker, and lets a bot answer but start nothing', async () => {
    const { prefix, redis, store } = fresh();
    await store.claimFormat();
    expect(await redis.get(`{${prefix}}:format`)).toBe('2');
    await redis.set(`{${prefix}}:format`, '3');
    const connection = connectRedis({ host: '127.0.0.1', port: server.port }, quietLog);
    toStop.push(() => connection.close());
    const needs = { where: 'redis', demo: false, claimFormat: store.claimFormat, clock: systemClock, log: quietLog };
    await expect(guardRedis(connection, { ...needs, worker: true })).rejects.toMatchObject({
      kind: 'refusal',
      message: 'a newer release of Trunkline has written to this Redis (format 3; this release knows 2)',
    });
    const guard = await guardRedis(connection, needs);
    expect(() => guard.mustBeGood()).not.toThrow();
    expect(() => guard.mustBeSafe()).toThrow(/newer release/);
    guard.stop();
    expect(await redis.get(`{${prefix}}:format`)).toBe('3');
  });
});

describe('a machine whose clock is wrong', () => {
  it('does not start a run that has expired by the clock of Redis', async () => {
    const hourAgo = () => Date.now() - 3_600_000;
    const { store } = fresh(hourAgo);
    await store.runs.create(runOf({ state: 'queued', expiresAtMs: Date.now() - 1000 }), factsOf());
    const begun = await store.runs.change('r4k2m9xq', ({ state }) =>
      state === 'queued' ? { patch: { state: 'running', epoch: 1 }, audit: factsOf() } : undefined,
    );
    expect(begun).toMatchObject({ changed: false, run: { state: 'expired' } });
    expect(await store.audit.read(1, 9)).toHaveLength(1);
  });

  it('starts no change, and says how far it is from Redis', async () => {
    const connection = connectRedis({ host: '127.0.0.1', port: server.port }, quietLog);
    toStop.push(() => connection.close());
    const clock = { ...systemClock, now: () => Date.now() + 60_000 };
    const guard = await guardRedis(connection, { where: 'redis', demo: false, clock, log: quietLog });
    expect(guard.says()).toMatchObject({ ok: false, says: expect.stringMatching(/60\.\d s ahead of the clock of Redis/) });
    expect(() => guard.mustBeGood()).not.toThrow();
    expect(() => guard.mustBeSafe()).toThrow(/clock of this machine/);
    guard.stop();
  });
});

describe('runs whose time is over', () => {
  it('are forgotten with their journals; what is open, owed or unread stays, and so does the audit log', async () => {
    const [store] = storesOn(server);
    if (!store) throw new Error('no store');
    const ended = { state: 'succeeded', endedAtMs: 10, createdAtMs: 1 } as const;
    await store.runs.create(runOf({ id: 'old', state: 'running', createdAtMs: 1 }), factsOf());
    await store.journal.write({ run: 'old', epoch: 0, step: 's', entry: { mark: 'started', startedAtMs: 1 } });
    await store.runs.change('old', () => ({ patch: { state: 'succeeded', endedAtMs: 10 }, audit: factsOf() }));
    await store.runs.create(runOf({ id: 'halted', state: 'halted', createdAtMs: 1 }), factsOf());
    await store.runs.create(runOf({ id: 'review', ...ended, breakGlass: { reviewDueAtMs: 1 } }), factsOf());
    await store.runs.create(runOf({ id: 'young', state: 'running', createdAtMs: 1 }), factsOf());
    await store.runs.change('young', () => ({ patch: { state: 'succeeded', endedAtMs: 1001 }, audit: factsOf() }));
    const entries = (await store.audit.read(1, 99)).length;
    expect(await store.forgetBefore(1000)).toBe(1);
    expect((await store.runs.list({ limit: 9 })).map(({ id }) => id).sort()).toEqual(['halted', 'review', 'young']);
    expect(await store.journal.read('old')).toEqual({});
    expect(await store.audit.read(1, 99)).toHaveLength(entries);
    expect(await store.forgetBefore(1000)).toBe(0);
  });
});
