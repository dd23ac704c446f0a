import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { runOf } from '../support/run-of.ts';
import { factsOf, storesOn } from '../support/store-of.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({ appendfsync: 'everysec' });
});
afterAll(() => server.stop());

async function running(epoch: number) {
  const [store] = storesOn(server);
  if (!store) throw new Error('no store');
  await store.runs.create(runOf({ state: 'running', epoch }), factsOf());
  const write = (by: number, step = 'switchover') =>
    store.journal.write({
      run: 'r4k2m9xq',
      epoch: by,
      step,
      entry: { mark: 'started', startedAtMs: 5 },
      audit: factsOf({ step }),
    });
  return { store, write };
}

describe('the journal', () => {
  it('refuses the late write of a frozen worker once another attempt has begun', async () => {
    const { store, write } = await running(1);
    expect(await write(1, 'checkpoint')).toBe('written');
    await store.runs.change('r4k2m9xq', () => ({ patch: { epoch: 2 }, audit: factsOf({ what: 'run.continue' }) }));
    expect(await write(1)).toBe('fenced');
    expect(Object.keys(await store.journal.read('r4k2m9xq'))).toEqual(['checkpoint']);
    expect(await write(2)).toBe('written');
    expect(await store.audit.verify()).toMatchObject({ ok: true, entries: 4 });
  });

  it('takes nothing for a run that has ended', async () => {
    const { store, write } = await running(1);
    await store.runs.change('r4k2m9xq', () => ({ patch: { state: 'halted' }, audit: factsOf() }));
    expect(await write(1)).toBe('fenced');
  });

  it('takes nothing for a run that does not exist', async () => {
    const [store] = storesOn(server);
    const entry = { mark: 'started' as const, startedAtMs: 1 };
    expect(await store?.journal.write({ run: 'rnothing', epoch: 1, step: 'a', entry })).toBe('fenced');
  });
});
