import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

describe('a scheduled run', () => {
  it('is approved ahead, waits, is looked at once before its time, and runs at its time', async () => {
    const { asked, at, ledger, forward, sweepAll, get, worker, ends, audited, world } = engine();
    worker();
    const run = await asked(at(3 * HOUR));
    expect(run.state).toBe('pending');
    expect((await ledger.approve(run.id, askerOf('U1'))).summary).toContain('it starts at 2026-11-30 02:00 Europe/Berlin');
    const approved = await get(run);
    expect(approved.expiresAtMs).toBe((run.scheduledAtMs ?? 0) + 5 * MINUTE);
    forward(2 * HOUR);
    await sweepAll();
    expect(await get(run)).toMatchObject({ state: 'approved' });
    forward(56 * MINUTE);
    await sweepAll();
    expect(await get(run)).toMatchObject({ state: 'approved', lookedAheadAtMs: expect.any(Number) });
    expect((await audited()).filter((line) => line.startsWith('run.look-ahead'))).toEqual(['run.look-ahead begun trunkline']);
    expect(world.acted).toEqual([]);
    forward(4 * MINUTE);
    await sweepAll();
    await ends(run.id).toBe('succeeded');
  });

  it('that would not start is stale five minutes before, and its asker is told in the thread and in person', async () => {
    const { asked, at, ledger, forward, sweepAll, get, worker, world, approvals } = engine();
    worker();
    const run = await asked(at(HOUR));
    await ledger.approve(run.id, askerOf('U1'));
    world.timeline = 9;
    forward(56 * MINUTE);
    await sweepAll();
    expect(await get(run)).toMatchObject({ state: 'stale', why: 'the cluster is not what was approved' });
    expect(approvals.said.map(({ where }) => where)).toEqual([`thread of ${run.id}`, 'U0ASKER']);
    expect(approvals.said[0]?.lines[0]).toContain('@U0ASKER: Run');
    expect(approvals.said[0]?.lines[0]).toContain('will not run at 2026-11-30 02:00 Europe/Berlin');
    forward(5 * MINUTE);
    await sweepAll();
    expect(world.acted).toEqual([]);
  });

  it('is stale ahead when its approver has left, and when somebody else keeps the cluster at its time', async () => {
    const first = engine();
    const left = await first.asked(first.at(HOUR));
    await first.ledger.approve(left.id, askerOf('U1'));
    first.left.add('U1');
    first.forward(56 * MINUTE);
    await first.sweepAll();
    expect(await first.get(left)).toMatchObject({ state: 'stale', why: expect.stringContaining('too few approvals') });
    const other = engine();
    const run = await other.asked(other.at(HOUR));
    await other.ledger.approve(run.id, askerOf('U1'));
    other.forward(50 * MINUTE);
    await other.ledger.lock('billing', askerOf('U0KEEPER'), { reason: 'storage', forMs: HOUR });
    other.forward(6 * MINUTE);
    await other.sweepAll();
    expect((await other.get(run)).why).toContain('billing is locked for maintenance by U0KEEPER (storage)');
  });

  it('that could not be looked at ahead stays approved, its asker is told, and the look at its time decides', async () => {
    const { asked, at, ledger, forward, sweepAll, get, worker, ends, needs, approvals } = engine();
    worker();
    const run = await asked(at(HOUR));
    await ledger.approve(run.id, askerOf('U1'));
    const { lacks } = needs.gate;
    needs.gate.lacks = () => Promise.reject(new Error('Slack is away'));
    forward(56 * MINUTE);
    await sweepAll();
    expect(await get(run)).toMatchObject({ state: 'approved' });
    expect(approvals.said[0]?.lines.join()).toContain('could not be checked ahead of 2026-11-30 02:00 Europe/Berlin');
    needs.gate.lacks = lacks;
    forward(4 * MINUTE);
    await sweepAll();
    await ends(run.id).toBe('succeeded');
  });

  it('lapses at its time when nobody approved it, and can be withdrawn until it starts', async () => {
    const { asked, at, forward, get, ledger } = engine();
    const unapproved = await asked(at(HOUR));
    const approved = await asked(at(2 * HOUR));
    await ledger.approve(approved.id, askerOf('U1'));
    forward(HOUR);
    expect(await get(unapproved)).toMatchObject({ state: 'expired' });
    await ledger.withdraw(approved.id, askerOf('U0ASKER'));
    expect(await get(approved)).toMatchObject({ state: 'withdrawn' });
    await expect(ledger.again(unapproved.id, askerOf('U0ASKER'))).rejects.toThrow('scheduled for a time that has passed');
  });

  it('waits for its time where the policy asks for no approval', async () => {
    const { asked, at, sweepAll, get, forward, worker, ends } = engine({ approvals: 0 });
    worker();
    const run = await asked(at(HOUR));
    await sweepAll();
    expect(await get(run)).toMatchObject({ state: 'approved', approvalsNeeded: 0 });
    forward(HOUR);
    await sweepAll();
    await ends(run.id).toBe('succeeded');
  });

  it('is refused for a time that has passed or is months away', async () => {
    const { asked, at } = engine();
    await expect(asked(at(-1000))).rejects.toThrow('that time has passed');
    await expect(asked(at(100 * 24 * HOUR))).rejects.toThrow('more than 90 days ahead');
  });
});
