import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { runOf } from '../support/run-of.ts';
import { factsOf, storesOn } from '../support/store-of.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({ appendfsync: 'everysec' });
});
afterAll(() => server.stop());

function oneStore(now?: () => number) {
  const [store] = storesOn(server, 1, now);
  if (!store) throw new Error('no store');
  return store;
}

describe('runs', () => {
  it('gives back what was stored, empty lists and hostile text included', async () => {
    const store = oneStore();
    const run = runOf({ reason: '<!channel> "quoted" \u2028 \u{1f418}', votes: [], locks: [] });
    await store.runs.create(run, factsOf());
    expect(await store.runs.get(run.id)).toEqual(run);
  });

  it('refuses an id that is taken, so that no run replaces another', async () => {
    const store = oneStore();
    await store.runs.create(runOf(), factsOf());
    await expect(store.runs.create(runOf({ reason: 'other' }), factsOf())).rejects.toThrow(/is taken/);
  });

  it('lists by cluster, the open ones, and the newest first', async () => {
    const store = oneStore();
    await store.runs.create(runOf({ id: 'r000001', createdAtMs: 1 }), factsOf());
    await store.runs.create(runOf({ id: 'r000002', createdAtMs: 2, cluster: 'shop' }), factsOf());
    await store.runs.create(runOf({ id: 'r000003', createdAtMs: 3 }), factsOf());
    await store.runs.change('r000001', () => ({ patch: { state: 'withdrawn' }, audit: factsOf() }));
    const ids = async (filter: { cluster?: string; open?: boolean }) =>
      (await store.runs.list({ ...filter, limit: 10 })).map(({ id }) => id);
    expect(await ids({})).toEqual(['r000003', 'r000002', 'r000001']);
    expect(await ids({ cluster: 'billing' })).toEqual(['r000003', 'r000001']);
    expect(await ids({ open: true })).toEqual(['r000003', 'r000002']);
    expect(await ids({ open: true, cluster: 'shop' })).toEqual(['r000002']);
  });

  it('shows an expired request as expired before anybody has written that down', async () => {
    let now = 1_000;
    const store = oneStore(() => now);
    await store.runs.create(runOf({ expiresAtMs: 2_000 }), factsOf());
    expect(await store.runs.get('r4k2m9xq')).toMatchObject({ state: 'pending' });
    now = 2_000;
    expect(await store.runs.get('r4k2m9xq')).toMatchObject({ state: 'expired', why: expect.stringContaining('not approved') });
    expect((await store.runs.list({ open: true, limit: 1 }))[0]).toMatchObject({ state: 'expired' });
  });

  it('loses no change when twenty writers change one run at once', async () => {
    const stores = storesOn(server, 4);
    await stores[0]?.runs.create(runOf({ state: 'running' }), factsOf());
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        stores[i % 4]?.runs.change('r4k2m9xq', ({ epoch }) => ({ patch: { epoch: epoch + 1 }, audit: factsOf() })),
      ),
    );
    expect(await stores[0]?.runs.get('r4k2m9xq')).toMatchObject({ epoch: 20, revision: 21 });
  });

  it('throws a bug for a move that the table of states forbids, and for one without an audit line', async () => {
    const store = oneStore();
    await store.runs.create(runOf({ state: 'denied' }), factsOf());
    expect(await store.runs.change('r4k2m9xq', () => ({ patch: { state: 'denied' } }))).toMatchObject({ changed: false });
    const move = store.runs.change('r4k2m9xq', () => ({ patch: { state: 'running' }, audit: factsOf() }));
    await expect(move).rejects.toThrow('a run can not go from denied to running');
    await store.runs.create(runOf({ id: 'r000001' }), factsOf());
    const silent = store.runs.change('r000001', () => ({ patch: { state: 'denied' } }));
    await expect(silent).rejects.toThrow('no audit entry');
  });

  it('remembers what was seen, once', async () => {
    const store = oneStore();
    const answers = await Promise.all(Array.from({ length: 20 }, () => store.seen.seenBefore('Ev1', 60_000)));
    expect(answers.filter((before) => !before)).toHaveLength(1);
    await store.seen.remember('Ev2', 60_000);
    expect(await store.seen.seenBefore('Ev2', 60_000)).toBe(true);
  });
});
