import { unauthorised } from '../../src/core/errors.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartOptions } from '../../src/core/start-flags.ts';
import { approvalsEngine, HOUR, MINUTE } from '../support/approvals-engine.ts';
import { askerOf } from '../support/engine-on.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';

let server: RedisServer;
const toStop: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  server = await startRedisServer({ appendfsync: 'everysec' });
});
afterAll(async () => {
  for (const stop of toStop.reverse()) await stop();
  await server.stop();
});

const engine = (policy: Parameters<typeof approvalsEngine>[2] = {}) => approvalsEngine(server, toStop, policy);

describe('break-glass', () => {
  const glass: StartOptions = { breakGlass: { confirm: 'billing' } };

  it('starts at once without approval for a listed person, is announced, and stays open until somebody else has reviewed it', async () => {
    const { asked, approvals, worker, ends, ledger, get, store } = engine({ approvals: 2 });
    approvals.listed.add('U0ASKER');
    worker();
    const run = await asked(glass);
    expect(run).toMatchObject({ approvalsNeeded: 0, breakGlass: { reviewDueAtMs: expect.any(Number) } });
    expect(approvals.said[0]?.where).toBe('ops');
    expect(approvals.said[0]?.lines[0]).toContain('Break-glass on billing, without approval');
    await ends(run.id).toBe('succeeded');
    expect(await store.reviews.list()).toEqual([run.id]);
    await expect(ledger.review(run.id, askerOf('U0ASKER'), 'fine')).rejects.toThrow('you started this, so you cannot review it');
    await expect(ledger.review(run.id, askerOf('U0OTHER'), 'fine')).rejects.toThrow('not approve');
    await ledger.review(run.id, askerOf('U1'), 'right call');
    expect((await get(run)).breakGlass?.review).toMatchObject({ userId: 'U1', says: 'right call' });
    expect(await store.reviews.list()).toEqual([]);
    await expect(ledger.review(run.id, askerOf('U1B'), 'again')).rejects.toThrow('was reviewed by U1 already');
  });

  it('is told by a sweep when whoever asked died before it was told, also after its review', async () => {
    const { asked, approvals, needs, worker, ends, sweepAll, store, ledger } = engine();
    approvals.listed.add('U0ASKER');
    worker();
    const { breakGlass } = needs.messenger;
    needs.messenger.breakGlass = () => undefined;
    const run = await asked(glass);
    await ends(run.id).toBe('succeeded');
    await ledger.review(run.id, askerOf('U1'), 'right call');
    needs.messenger.breakGlass = breakGlass;
    await sweepAll();
    expect(approvals.said.filter(({ lines }) => lines[0]?.includes('without approval'))).toHaveLength(1);
    await expect
      .poll(async () => {
        await sweepAll();
        return store.reviews.list();
      })
      .toEqual([]);
  });

  it('is refused to others, with another cluster typed, and past a hard block; each is audited', async () => {
    const { asked, request, approvals, world, audited } = engine();
    await expect(asked(glass)).rejects.toThrow('this person is not listed');
    approvals.listed.add('U0ASKER');
    await expect(asked({ breakGlass: { confirm: 'biling' } })).rejects.toThrow('--confirm does not name billing');
    world.quorum = false;
    expect('message' in (await request({ ...glass }))).toBe(true);
    world.quorum = true;
    world.backup = true;
    expect('message' in (await request({ ...glass }))).toBe(true);
    expect((await audited()).filter((line) => line.includes('refused'))).toHaveLength(4);
    const run = await asked({ ...glass, override: { checks: ['backup'] } });
    expect(run).toMatchObject({ state: 'queued', approvalsNeeded: 0, overrides: [{ check: 'backup', reason: 'drill' }] });
  });

  it('passes a maintenance lock and says so', async () => {
    const { asked, approvals, ledger, worker, ends } = engine();
    approvals.listed.add('U0ASKER');
    worker();
    await ledger.lock('billing', askerOf('U0KEEPER'), { reason: 'storage', forMs: HOUR });
    const run = await asked(glass);
    expect(run.breakGlass?.passes).toContain('billing is locked for maintenance by U0KEEPER (storage)');
    expect(approvals.said[0]?.lines.join('\n')).toContain('It passes a maintenance lock');
    await ends(run.id).toBe('succeeded');
  });

  it('does not start once the person is no longer listed', async () => {
    const { asked, approvals, worker, ends, world } = engine();
    approvals.listed.add('U0ASKER');
    const run = await asked(glass);
    approvals.listed.delete('U0ASKER');
    worker();
    await ends(run.id).toBe('stale');
    expect(world.acted).toEqual([]);
  });

  it('nags about an overdue review once a day, however many processes sweep', async () => {
    const { asked, approvals, worker, ends, forward, sweepAll, ledger } = engine();
    approvals.listed.add('U0ASKER');
    worker();
    const run = await asked(glass);
    await ends(run.id).toBe('succeeded');
    const nags = () => approvals.said.filter(({ where, lines }) => where === 'ops' && lines.join().includes('is overdue')).length;
    forward(HOUR + MINUTE);
    await sweepAll();
    await sweepAll();
    expect(nags()).toBe(1);
    forward(24 * HOUR);
    await sweepAll();
    expect(nags()).toBe(2);
    await ledger.review(run.id, askerOf('U1'), 'right call');
    forward(24 * HOUR);
    await sweepAll();
    expect(nags()).toBe(2);
  });
});

describe('a maintenance lock', () => {
  it('refuses requests of others and lets the holder go on', async () => {
    const { asked, ledger, audited } = engine();
    await ledger.lock('billing', askerOf('U0KEEPER'), { reason: 'storage', forMs: HOUR });
    await expect(asked()).rejects.toMatchObject({
      message: expect.stringMatching(/^billing is locked for maintenance by U0KEEPER \(storage\) since .* UTC, until .* UTC$/),
      hint: expect.stringContaining('/pg unlock billing'),
    });
    expect((await asked({}, 'U0KEEPER')).state).toBe('pending');
    expect(await audited()).toContain('cluster.lock locked U0KEEPER');
  });

  it('stops what was approved before it, at the start', async () => {
    const { asked, ledger, worker, ends } = engine();
    const run = await asked();
    await ledger.lock('billing', askerOf('U0KEEPER'), { reason: 'storage', forMs: HOUR });
    await ledger.approve(run.id, askerOf('U1'));
    worker();
    await ends(run.id).toBe('stale');
  });

  it('is over at its stored time, whether or not anybody ended it', async () => {
    const { asked, ledger, forward } = engine();
    await ledger.lock('billing', askerOf('U0KEEPER'), { reason: 'storage', forMs: HOUR });
    forward(HOUR);
    expect((await asked()).state).toBe('pending');
  });

  it('is ended by its holder or an admin only', async () => {
    const { ledger, needs, audited } = engine();
    needs.gate.admit = async ({ userId }, need) => {
      if (need === 'administer' && userId !== 'U0ADMIN') throw unauthorised('you are no admin', 'Ask one.');
    };
    await ledger.lock('billing', askerOf('U0KEEPER'), { reason: 'storage', forMs: HOUR });
    await expect(ledger.unlock('billing', askerOf('U0OTHER'))).rejects.toThrow('is locked for maintenance by U0KEEPER');
    await ledger.unlock('billing', askerOf('U0ADMIN'));
    await expect(ledger.unlock('billing', askerOf('U0KEEPER'))).rejects.toThrow('billing is not locked for maintenance');
    expect((await audited()).slice(-3)).toEqual([
      'cluster.unlock refused U0OTHER',
      'cluster.unlock unlocked U0ADMIN',
      'cluster.unlock refused U0KEEPER',
    ]);
  });

  it('is given for a minute to seven days', async () => {
    const { ledger } = engine();
    for (const forMs of [1000, 8 * 24 * HOUR])
      await expect(ledger.lock('billing', askerOf('U0KEEPER'), { reason: 'x', forMs })).rejects.toThrow('is not given');
  });
});
