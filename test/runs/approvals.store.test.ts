import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approvalsEngine, MINUTE } from '../support/approvals-engine.ts';
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

describe('a request that waits', () => {
  it('is reminded of once at half of its time, however many processes sweep, and names who could approve', async () => {
    const { asked, forward, sweepAll, approvals } = engine();
    const run = await asked();
    await sweepAll();
    expect(approvals.said).toEqual([]);
    forward(8 * MINUTE);
    await sweepAll();
    await sweepAll();
    expect(approvals.said.map(({ where }) => where)).toEqual([`thread of ${run.id}`, `copies of ${run.id}`]);
    expect(approvals.said[0]?.lines.join('\n')).toContain('still waits: 0 of 1 approvals');
    expect(approvals.said[0]?.lines.join('\n')).toContain('Could still approve: @U0ADAM, @U0ANNA');
  });

  it('is asked again by one click once it has expired: planned anew, approved anew, tied to the old one', async () => {
    const { asked, forward, sweepAll, ledger, get, world } = engine();
    const old = await asked();
    await expect(ledger.again(old.id, askerOf('U0OTHER'))).rejects.toThrow('only what is stale or expired is asked again');
    forward(16 * MINUTE);
    await sweepAll();
    world.timeline = 9;
    const said = await ledger.again(old.id, askerOf('U0OTHER'));
    const { askedAgainAs = '' } = await get(old);
    expect(said.summary).toContain(`Asked again as run ${askedAgainAs}`);
    const fresh = await get({ id: askedAgainAs });
    expect(fresh).toMatchObject({ state: 'pending', requester: { userId: 'U0OTHER' }, againOf: { run: old.id } });
    expect(fresh.asked).toEqual({ cluster: 'billing' });
    expect(fresh.planHash).not.toBe(old.planHash);
    expect(fresh.votes).toEqual([]);
    await expect(ledger.again(old.id, askerOf('U0OTHER'))).rejects.toThrow('was asked again already');
  });

  it('is asked again once when two people press at the same time', async () => {
    const { asked, forward, ledger, store } = engine();
    const old = await asked();
    forward(16 * MINUTE);
    const pressed = await Promise.allSettled(['U0A', 'U0B', 'U0C'].map((who) => ledger.again(old.id, askerOf(who))));
    expect(pressed.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await store.runs.list({ limit: 9 })).toHaveLength(2);
  });

  it('is not asked again by somebody who may not ask, and that is audited', async () => {
    const { asked, forward, ledger, left, audited } = engine();
    const old = await asked();
    forward(16 * MINUTE);
    left.add('U0GONE');
    await expect(ledger.again(old.id, askerOf('U0GONE'))).rejects.toThrow();
    expect(await audited()).toContain('run.again broke U0GONE');
  });
});

describe('what changes between the approval and the start', () => {
  it('does no harm when it is lag within its bound: the sentence moves, the plan does not', async () => {
    const { asked, world, ledger, worker, ends } = engine();
    const run = await asked();
    world.lagBytes = 4096;
    worker();
    await ledger.approve(run.id, askerOf('U1'));
    await ends(run.id).toBe('succeeded');
  });

  it('makes the run stale when it is material, and shows both sides', async () => {
    const { asked, world, ledger, worker, ends, get } = engine();
    const run = await asked();
    world.timeline = 9;
    worker();
    await ledger.approve(run.id, askerOf('U1'));
    await ends(run.id).toBe('stale');
    expect((await get(run)).report?.lines[0]?.text).toBe('approved: timeline: 4 · now: timeline: 9');
  });
});

describe('a block that can be overridden', () => {
  const soft = { checks: ['backup'], reason: 'the backup is of the test schema' };

  it('refuses, and says how it is overridden', async () => {
    const { request, world } = engine();
    world.backup = true;
    const proposed = await request();
    expect(JSON.stringify('message' in proposed && proposed.message)).toContain('--override backup --override-reason');
  });

  it('takes one more approver than the policy says, and runs with the block still there', async () => {
    const { asked, world, ledger, get, worker, ends } = engine();
    world.backup = true;
    worker();
    const run = await asked({ override: soft });
    expect(run).toMatchObject({ approvalsNeeded: 2, overrides: [{ check: 'backup', reason: soft.reason }] });
    await ledger.approve(run.id, askerOf('U1A'));
    expect((await get(run)).state).toBe('pending');
    await ledger.approve(run.id, askerOf('U1B'));
    await ends(run.id).toBe('succeeded');
  });

  it('runs as well when the block has gone meanwhile, because that is better than what was approved', async () => {
    const { asked, world, ledger, worker, ends } = engine();
    world.backup = true;
    const run = await asked({ override: soft });
    world.backup = false;
    worker();
    await ledger.approve(run.id, askerOf('U1A'));
    await ledger.approve(run.id, askerOf('U1B'));
    await ends(run.id).toBe('succeeded');
  });

  it('covers that block only: another one that appears makes the run stale, with both sides shown', async () => {
    const { asked, world, ledger, worker, ends, get } = engine();
    world.backup = true;
    const run = await asked({ override: soft });
    world.busy = true;
    worker();
    await ledger.approve(run.id, askerOf('U1A'));
    await ledger.approve(run.id, askerOf('U1B'));
    await ends(run.id).toBe('stale');
    expect((await get(run)).report?.lines[0]?.text).toBe(
      'approved: no long transaction runs · now: a transaction runs for 20 min',
    );
  });

  it('is never a hard one, an unknown one, or one that does not block', async () => {
    const { asked, world, audited } = engine();
    world.backup = true;
    world.quorum = false;
    await expect(asked({ override: { checks: ['quorum'], reason: 'x' } })).rejects.toThrow(
      'can not be overridden: etcd has no quorum',
    );
    await expect(asked({ override: { checks: ['backup'], reason: 'x' } })).rejects.toThrow('Refused: etcd has no quorum');
    world.quorum = true;
    await expect(asked({ override: { checks: ['bakcup'], reason: 'x' } })).rejects.toMatchObject({
      message: "there is no check 'bakcup' here",
      hint: expect.stringContaining('Did you mean backup?'),
    });
    await expect(asked({ override: { checks: ['busy'], reason: 'x' } })).rejects.toThrow('does not block');
    expect((await audited()).filter((line) => line === 'run.request refused U0ASKER')).toHaveLength(4);
  });
});
