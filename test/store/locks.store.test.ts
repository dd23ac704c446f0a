import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exclusive, type Lock, shared } from '../../src/core/runbook.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { runOf } from '../support/run-of.ts';
import { factsOf, storesOn } from '../support/store-of.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({ appendfsync: 'everysec' });
});
afterAll(() => server.stop());

async function runsOn(...ids: readonly string[]) {
  const stores = storesOn(server, 2);
  const [store] = stores;
  if (!store) throw new Error('no store');
  for (const id of ids) await store.runs.create(runOf({ id, state: 'running', epoch: 1 }), factsOf());
  const take = (run: string, locks: readonly Lock[], epoch = 1, by = 0) =>
    (stores[by] ?? store).locks.take({ run, runbook: 'switchover', epoch, locks, atMs: 7 });
  return { store, take };
}

describe('locks', () => {
  it('lets one of two runs have an exclusive lock and names the holder to the other', async () => {
    const { take } = await runsOn('r000001', 'r000002');
    const answers = await Promise.all([
      take('r000001', [exclusive.cluster('a')], 1, 0),
      take('r000002', [exclusive.cluster('a')], 1, 1),
    ]);
    const refused = answers.filter((answer) => answer.length > 0);
    expect(refused).toHaveLength(1);
    expect(refused[0]).toEqual([
      {
        resource: 'cluster:a',
        run: expect.stringMatching(/^r00000[12]$/),
        runbook: 'switchover',
        shared: false,
        epoch: 1,
        sinceMs: 7,
      },
    ]);
  });

  it('lets shared holders in together and keeps the exclusive one out', async () => {
    const { take } = await runsOn('r000001', 'r000002', 'r000003');
    expect(await take('r000001', [shared.cluster('a')])).toEqual([]);
    expect(await take('r000002', [shared.cluster('a')])).toEqual([]);
    expect(await take('r000003', [exclusive.cluster('a')])).toHaveLength(2);
  });

  it('takes all or none, so that two runs cannot wait for each other', async () => {
    const { store, take } = await runsOn('r000001', 'r000002');
    await take('r000001', [exclusive.member('a', 'pg2')]);
    expect(await take('r000002', [exclusive.cluster('b'), exclusive.member('a', 'pg2')])).toHaveLength(1);
    expect(await store.locks.inTheWay([exclusive.cluster('b')])).toEqual([]);
  });

  it('hands the locks to the next attempt of the same run and refuses the earlier one', async () => {
    const { store, take } = await runsOn('r000001', 'r000002');
    await take('r000001', [exclusive.cluster('a')]);
    await store.runs.change('r000001', () => ({ patch: { epoch: 2 }, audit: factsOf() }));
    expect(await take('r000001', [exclusive.cluster('a')], 2)).toEqual([]);
    expect(await take('r000001', [exclusive.cluster('a')], 1)).toBe('fenced');
    await store.locks.release({ run: 'r000001', epoch: 1, locks: [exclusive.cluster('a')] });
    expect(await take('r000002', [exclusive.cluster('a')])).toHaveLength(1);
    await store.locks.release({ run: 'r000001', epoch: 2, locks: [exclusive.cluster('a')] });
    expect(await take('r000002', [exclusive.cluster('a')])).toEqual([]);
  });

  it('does not count the lock of a run that has ended, so that a lost release blocks nobody', async () => {
    const { store, take } = await runsOn('r000001', 'r000002');
    await take('r000001', [exclusive.cluster('a')]);
    await store.runs.change('r000001', () => ({ patch: { state: 'failed' }, audit: factsOf() }));
    expect(await take('r000002', [exclusive.cluster('a')])).toEqual([]);
  });

  it('keeps the lock of a halted run, because a person has to decide first', async () => {
    const { store, take } = await runsOn('r000001', 'r000002');
    await take('r000001', [exclusive.cluster('a')]);
    await store.runs.change('r000001', () => ({ patch: { state: 'halted' }, audit: factsOf() }));
    expect(await take('r000002', [exclusive.cluster('a')])).toHaveLength(1);
  });
});
