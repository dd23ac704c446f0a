import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../src/core/run.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { runOf } from '../support/run-of.ts';
import { type CheckedStore as Store, factsOf, storesOn } from '../support/store-of.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({ appendfsync: 'everysec' });
});
afterAll(() => server.stop());

function vote(store: Store, userId: string, verdict: 'approve' | 'deny' = 'approve', atMs = Date.now(), totp?: true) {
  const cast = {
    userId,
    userName: userId,
    verdict,
    atMs,
    ...(totp ? { totp } : {}),
    ...(verdict === 'deny' ? { reason: 'not "now", 5 > 3' } : {}),
  };
  const { result: _, ...facts } = factsOf({ who: userId, what: `run.${verdict}` });
  return store.votes.cast('r4k2m9xq', cast, facts);
}

async function pending(processes: number, changes: Partial<Run> = {}, now?: () => number): Promise<readonly [Store, ...Store[]]> {
  const [first, ...others] = storesOn(server, processes, now);
  if (!first) throw new Error('no store');
  await first.runs.create(runOf(changes), factsOf());
  return [first, ...others];
}

const tally = (outcomes: readonly string[]) =>
  Object.fromEntries([...new Set(outcomes)].map((word) => [word, outcomes.filter((other) => other === word).length]));

describe('votes', () => {
  it('counts fifty clicks of one person in four processes once', async () => {
    const stores = await pending(4, { approvalsNeeded: 2 });
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, i) => vote(stores[i % 4] ?? stores[0], 'U1')));
    expect(tally(outcomes)).toEqual({ counted: 1, again: 49 });
    expect((await stores[0].runs.get('r4k2m9xq'))?.votes).toHaveLength(1);
  });

  it('approves exactly once when fifty people click at once, because the queue gets one job', async () => {
    const stores = await pending(4, { approvalsNeeded: 3 });
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, i) => vote(stores[i % 4] ?? stores[0], `U${i}`)));
    expect(tally(outcomes)).toEqual({ counted: 2, approved: 1, closed: 47 });
    const run = await stores[0].runs.get('r4k2m9xq');
    expect(run).toMatchObject({ state: 'approved', revision: 4 });
    expect(run?.votes).toHaveLength(3);
    expect(await stores[1]?.audit.verify()).toMatchObject({ ok: true, entries: 4 });
  });

  it('lets one of a denial and an approval win when both arrive at once, and writes down only that one', async () => {
    for (let round = 0; round < 20; round += 1) {
      const stores = await pending(2);
      const [one, other] = await Promise.all([vote(stores[0], 'U1'), vote(stores[1] ?? stores[0], 'U2', 'deny')]);
      const state = (await stores[0].runs.get('r4k2m9xq'))?.state;
      expect([one, other]).toContainEqual('closed');
      expect(state).toBe(one === 'approved' ? 'approved' : 'denied');
    }
  });

  it('never counts the requester, neither for nor against', async () => {
    const [store] = await pending(1);
    expect(await vote(store, 'U0ASKER')).toBe('self');
    expect(await vote(store, 'U0ASKER', 'deny')).toBe('self');
    expect(await store.runs.get('r4k2m9xq')).toMatchObject({ state: 'pending', votes: [], revision: 1 });
  });

  it('keeps the reason of a denial as it was typed', async () => {
    const [store] = await pending(1);
    expect(await vote(store, 'U1', 'deny')).toBe('denied');
    expect(await store.runs.get('r4k2m9xq')).toMatchObject({ state: 'denied', why: 'not "now", 5 > 3' });
    expect(await store.runs.list({ open: true, limit: 9 })).toEqual([]);
  });

  it('refuses a vote after the stored time by the clock of Redis, because a frozen caller brings an old time along', async () => {
    const [store] = await pending(1, { expiresAtMs: Date.now() - 1 });
    expect(await vote(store, 'U1', 'approve', Date.now() - 60_000)).toBe('expired');
    expect(await store.runs.get('r4k2m9xq')).toMatchObject({ state: 'expired', votes: [] });
  });

  it('refuses a vote after the stored time by the clock of the caller too', async () => {
    const expiresAtMs = Date.now() + 60_000;
    const [store] = await pending(1, { expiresAtMs });
    expect(await vote(store, 'U1', 'approve', expiresAtMs)).toBe('expired');
  });

  it('gives an approved run its time to start from the approval on', async () => {
    const [store] = await pending(1, { startWithinMs: 300_000 });
    const before = Date.now();
    await vote(store, 'U1');
    const run = await store.runs.get('r4k2m9xq');
    expect(run?.expiresAtMs).toBeGreaterThanOrEqual(before + 300_000);
    expect(run?.expiresAtMs).toBeLessThan(before + 330_000);
  });

  it('says missing for a run that does not exist', async () => {
    const [store] = storesOn(server);
    if (store) expect(await vote(store, 'U1')).toBe('missing');
  });

  it('takes of a request that its asker confirms one click of the asker, and nothing of anybody else', async () => {
    const [store, other = store] = await pending(2, { confirmByAsker: true, approvalsNeeded: 0 });
    expect(await vote(store, 'U1')).toBe('asker-only');
    expect(await vote(store, 'U1', 'deny')).toBe('asker-only');
    expect(await vote(store, 'U0ASKER', 'deny')).toBe('self');
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, i) => vote(i % 2 ? store : other, 'U0ASKER')));
    expect(tally(outcomes)).toEqual({ approved: 1, closed: 19 });
    const run = await store.runs.get('r4k2m9xq');
    expect(run).toMatchObject({ state: 'approved', votes: [{ userId: 'U0ASKER', verdict: 'approve' }] });
    expect(await store.audit.verify()).toMatchObject({ ok: true, entries: 2 });
  });

  it('lets a confirmation lapse like any vote', async () => {
    const [store] = await pending(1, { confirmByAsker: true, approvalsNeeded: 0, expiresAtMs: Date.now() - 1 });
    expect(await vote(store, 'U0ASKER')).toBe('expired');
  });

  it('counts no approval without a code where one is asked for, whoever sends it; a denial needs none', async () => {
    const [store] = await pending(1, { totpRequired: true, approvalsNeeded: 2 });
    expect(await vote(store, 'U1')).toBe('no-code');
    expect(await vote(store, 'U1', 'approve', Date.now(), true)).toBe('counted');
    expect(await vote(store, 'U2')).toBe('no-code');
    expect(await store.runs.get('r4k2m9xq')).toMatchObject({ state: 'pending', votes: [{ userId: 'U1', totp: true }] });
    expect(await vote(store, 'U3', 'deny')).toBe('denied');
  });

  it('asks for the code of a confirmation too', async () => {
    const [store] = await pending(1, { totpRequired: true, confirmByAsker: true, approvalsNeeded: 0 });
    expect(await vote(store, 'U0ASKER')).toBe('no-code');
    expect(await vote(store, 'U0ASKER', 'approve', Date.now(), true)).toBe('approved');
  });

  const people = fc.constantFrom('U0ASKER', 'U1', 'U2', 'U3', 'U4');
  const move = fc.oneof(
    { weight: 6, arbitrary: fc.record({ does: fc.constant('approve' as const), who: people }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('deny' as const), who: people }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('withdraw' as const), who: people }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('late' as const), who: people }) },
  );

  it('keeps its promises under any interleaving from three processes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(move, { minLength: 1, maxLength: 14 }), async (needed, moves) => {
        const stores = await pending(3, { approvalsNeeded: needed });
        const results = await Promise.all(moves.map(({ does, who }, i) => play(stores[i % 3] ?? stores[0], does, who)));
        await expectSound(stores[0], needed, results);
      }),
      { numRuns: 120 },
    );
  });
});

function play(store: Store, does: 'approve' | 'deny' | 'withdraw' | 'late', who: string): Promise<string> {
  if (does === 'withdraw') return withdraw(store);
  return does === 'late' ? vote(store, who, 'approve', 4_000_000_000_000) : vote(store, who, does);
}

async function withdraw(store: Store): Promise<string> {
  const done = await store.runs.change('r4k2m9xq', ({ state }) =>
    state === 'pending' || state === 'approved'
      ? { patch: { state: 'withdrawn' }, audit: factsOf({ what: 'run.withdraw', result: 'withdrawn' }) }
      : undefined,
  );
  return done?.changed ? 'withdrawn' : 'closed';
}

async function expectSound(store: Store, needed: number, results: readonly string[]): Promise<void> {
  const run = await store.runs.get('r4k2m9xq');
  if (!run) throw new Error('the run is lost');
  const people = run.votes.map(({ userId }) => userId);
  const approvals = run.votes.filter(({ verdict }) => verdict === 'approve').length;
  const denials = run.votes.length - approvals;
  const count = (word: string) => results.filter((result) => result === word).length;
  expect(new Set(people).size, 'one vote a person').toBe(people.length);
  expect(people, 'the requester never counts').not.toContain('U0ASKER');
  expect(approvals, 'no vote after enough').toBeLessThanOrEqual(needed);
  expect(denials, 'one denial at most').toBe(count('denied'));
  expect(approvals === needed, 'approved means enough').toBe(count('approved') === 1);
  expect(count('approved') + count('denied'), 'approved or denied, never both').toBeLessThanOrEqual(1);
  expect(run.state === 'denied').toBe(denials === 1);
  const effects = count('counted') + count('approved') + count('denied') + count('withdrawn');
  expect(run.revision, 'each effect changed the record once').toBe(1 + effects);
  expect(await store.audit.verify(), 'each effect has its line').toMatchObject({ ok: true, entries: 1 + effects });
}
