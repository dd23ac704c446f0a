import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Debt } from '../../src/core/debt.ts';
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

const debtOf = (changes: Partial<Debt> = {}): Debt => ({
  ...{
    id: 'pause billing',
    says: 'Patroni of billing is paused',
    cluster: 'billing',
    run: 'r4k2m9xq',
    step: 'pause',
    sinceMs: 5,
  },
  ...{ release: { act: 'resume', args: {} }, gone: { state: 'notPaused', args: {} } },
  ...changes,
});
const made = factsOf({ what: 'debt.record', result: 'paused' });
const gone = factsOf({ what: 'debt.gone', result: 'paused' });

async function running(): Promise<readonly [Store, Store]> {
  const [one, other] = storesOn(server, 2);
  if (!one || !other) throw new Error('two stores were asked for');
  await one.runs.create(runOf({ state: 'running', epoch: 3 }), factsOf());
  return [one, other];
}

describe('debts', () => {
  it('are known to every process, oldest first, with a line in the audit log each', async () => {
    const [one, other] = await running();
    await one.debts.record(debtOf({ id: 'slot a', sinceMs: 9 }), 3, made);
    await one.debts.record(debtOf(), 3, made);
    expect((await other.debts.list()).map(({ id }) => id)).toEqual(['pause billing', 'slot a']);
    expect((await other.audit.read(1, 9)).map(({ what }) => what)).toEqual(['run.request', 'debt.record', 'debt.record']);
  });

  it('are written once, however often a step is repeated, with the time of the first', async () => {
    const [one] = await running();
    await one.debts.record(debtOf(), 3, made);
    await one.debts.record(debtOf({ sinceMs: 99 }), 3, made);
    expect(await one.debts.list()).toEqual([debtOf()]);
    expect(await one.audit.read(1, 9)).toHaveLength(2);
  });

  it('belong to the run that made them last, so that nobody takes them away under a run that lives', async () => {
    const [one] = await running();
    await one.debts.record(debtOf(), 3, made);
    await one.runs.create(runOf({ id: 'rnext001', state: 'running', epoch: 1 }), factsOf());
    await one.debts.record(debtOf({ run: 'rnext001', sinceMs: 7 }), 1, made);
    expect(await one.debts.list()).toMatchObject([{ run: 'rnext001', sinceMs: 7 }]);
  });

  it('are not written by an attempt that was taken over, so that it does not make them either', async () => {
    const [one] = await running();
    expect(await one.debts.record(debtOf(), 2, made)).toBe('fenced');
    expect(await one.debts.list()).toEqual([]);
  });

  it('are gone once, when two processes look at the same moment', async () => {
    const [one, other] = await running();
    await one.debts.record(debtOf(), 3, made);
    const cleared = await Promise.all([one.debts.clear('pause billing', gone), other.debts.clear('pause billing', gone)]);
    expect([...cleared].sort()).toEqual([false, true]);
    expect((await one.audit.read(1, 9)).filter(({ what }) => what === 'debt.gone')).toHaveLength(1);
    expect(await checkedChain(one.audit)).toMatchObject({ ok: true });
  });
});
