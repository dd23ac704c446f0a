import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../src/core/run.ts';
import type { Store } from '../../src/store/store.ts';
import { checkedChain } from '../support/checked-chain.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { runOf } from '../support/run-of.ts';
import { factsOf, storesOn } from '../support/store-of.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

const BILLING = [{ resource: 'cluster:billing', shared: false }];

/** Two runs on billing, of which `old` holds the lock. */
async function held(old: Partial<Run> = {}): Promise<Store> {
  const [store] = storesOn(server);
  if (!store) throw new Error('a store was asked for');
  await store.runs.create(runOf({ id: 'rold0001', state: 'running', epoch: 2, locks: BILLING, ...old }), factsOf());
  await store.runs.create(runOf({ id: 'rnew0001', state: 'running', epoch: 1, locks: BILLING }), factsOf());
  await store.locks.take({ run: 'rold0001', runbook: 'switchover', epoch: 2, locks: BILLING, atMs: 5 });
  return store;
}

const taking = (over: readonly string[], epoch = 1) =>
  ({ run: 'rnew0001', runbook: 'failover', epoch, locks: BILLING, atMs: 9, over }) as const;

describe('an emergency that takes over', () => {
  it.each(['running', 'halted', 'cancelling'] as const)('ends a %s run and fences its worker in the same step', async (state) => {
    const store = await held({ state });
    expect(await store.locks.take(taking(['rold0001']))).toEqual([]);
    expect(await store.runs.get('rold0001')).toMatchObject({
      state: 'cancelled',
      epoch: 3,
      why: 'taken over by run rnew0001 (failover)',
      endedAtMs: 9,
      takenOverBy: 'rnew0001',
    });
    const late = { run: 'rold0001', epoch: 2, step: 'switchover', entry: { mark: 'started', startedAtMs: 10 } } as const;
    expect(await store.journal.write(late)).toBe('fenced');
    expect(await store.locks.inTheWay(BILLING)).toMatchObject([{ run: 'rnew0001' }]);
    expect((await store.runs.list({ open: true, limit: 9 })).map(({ id }) => id)).toEqual(['rnew0001']);
    const [last] = (await store.audit.read(1, 9)).slice(-1);
    expect(last).toMatchObject({ what: 'run.take-over', run: 'rnew0001', result: 'rold0001' });
    expect(await checkedChain(store.audit)).toMatchObject({ ok: true });
  });

  it('takes nothing from a run that its approver did not read of', async () => {
    const store = await held();
    expect(await store.locks.take(taking(['rother01']))).toMatchObject([{ run: 'rold0001' }]);
    expect(await store.runs.get('rold0001')).toMatchObject({ state: 'running', epoch: 2 });
  });

  it('is itself fenced when another attempt has taken it over', async () => {
    const store = await held();
    expect(await store.locks.take(taking(['rold0001'], 0))).toBe('fenced');
    expect(await store.runs.get('rold0001')).toMatchObject({ state: 'running' });
  });

  it('finds the lock free when the other run has ended meanwhile, and leaves its end as it was', async () => {
    const store = await held();
    await store.runs.change('rold0001', () => ({ patch: { state: 'succeeded' }, audit: factsOf() }));
    expect(await store.locks.take(taking(['rold0001']))).toEqual([]);
    expect(await store.runs.get('rold0001')).toMatchObject({ state: 'succeeded', epoch: 2 });
  });
});
