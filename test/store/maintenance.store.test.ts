import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MaintenanceLock } from '../../src/core/maintenance.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { factsOf, storesOn } from '../support/store-of.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({ appendfsync: 'everysec' });
});
afterAll(() => server.stop());

const { result: _, ...facts } = factsOf({ what: 'cluster.lock' });
const lockOf = (userId: string, changes: Partial<MaintenanceLock> = {}): MaintenanceLock => ({
  ...{ cluster: 'billing', holder: { userId, userName: userId }, reason: 'storage "migration"' },
  ...{ sinceMs: Date.now(), untilMs: Date.now() + 60_000 },
  ...changes,
});

describe('the maintenance lock in the store', () => {
  it('goes to one of fifty people who take it at once in four processes, and is audited once', async () => {
    const stores = storesOn(server, 4);
    const [first] = stores;
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_none, i) => (stores[i % 4] ?? first)?.maintenance.take(lockOf(`U${i}`), facts)),
    );
    const winner = (await first?.maintenance.of('billing'))?.holder.userId;
    expect(answers.filter((other) => other === undefined)).toHaveLength(1);
    for (const other of answers.filter((one) => one !== undefined)) expect(other.holder.userId).toBe(winner);
    expect(await first?.audit.verify()).toMatchObject({ ok: true, entries: 1 });
  });

  it('is taken anew by its holder, who then has the new time and reason', async () => {
    const [store] = storesOn(server);
    await store?.maintenance.take(lockOf('U1'), facts);
    const later = Date.now() + 3_600_000;
    expect(await store?.maintenance.take(lockOf('U1', { untilMs: later, reason: 'longer' }), facts)).toBeUndefined();
    expect(await store?.maintenance.of('billing')).toMatchObject({ untilMs: later, reason: 'longer' });
  });

  it('is over by the clock of the server too, so that a caller whose clock stands still cannot keep it', async () => {
    const [store] = storesOn(server, 1, () => 1000);
    await store?.maintenance.take(lockOf('U1', { sinceMs: 1000, untilMs: 2000 }), facts);
    expect(await store?.maintenance.take(lockOf('U2'), facts)).toBeUndefined();
  });

  it('is released by its holder, by an admin, by nobody else, and once', async () => {
    const stores = storesOn(server, 2);
    const [one, other] = stores;
    const release = (userId: string, anybodys = false) => one?.maintenance.release('billing', { userId, anybodys }, facts);
    await one?.maintenance.take(lockOf('U1'), facts);
    expect(await release('U2')).toBe('held');
    expect((await other?.maintenance.of('billing'))?.holder.userId).toBe('U1');
    expect((await Promise.all([release('U1'), release('U1')])).sort()).toEqual(['none', 'released']);
    await one?.maintenance.take(lockOf('U1'), facts);
    expect(await release('U2', true)).toBe('released');
    expect(await other?.maintenance.of('billing')).toBeUndefined();
    expect(await one?.audit.verify()).toMatchObject({ ok: true, entries: 4 });
  });

  it('is of one cluster only', async () => {
    const [store] = storesOn(server);
    await store?.maintenance.take(lockOf('U1'), facts);
    expect(await store?.maintenance.take(lockOf('U2', { cluster: 'shop' }), facts)).toBeUndefined();
  });
});

describe('copies and wishes in the store', () => {
  it('are there for every process, and a wish is taken once', async () => {
    const [one, other] = storesOn(server, 2);
    await one?.copies.add('r4k2m9xq', { userId: 'U1', channelId: 'D1', ts: '1.1' });
    await other?.copies.add('r4k2m9xq', { userId: 'U2', channelId: 'D2', ts: '2.2' });
    const copies = (await one?.copies.of('r4k2m9xq')) ?? [];
    expect(copies.map(({ userId, ts }) => `${userId} ${ts}`).sort()).toEqual(['U1 1.1', 'U2 2.2']);
    expect(await one?.copies.of('r0000000')).toEqual([]);
    await one?.wishes.put('w1', { text: 'switchover billing', userId: 'U1' });
    const taken = await Promise.all([one?.wishes.take('w1'), other?.wishes.take('w1')]);
    expect(taken.filter((wish) => wish !== undefined)).toEqual([{ text: 'switchover billing', userId: 'U1' }]);
  });
});
