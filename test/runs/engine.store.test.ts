import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkedChain } from '../support/checked-chain.ts';
import { engineOn, askerOf as asker } from '../support/engine-on.ts';
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

const engine = (policy: Parameters<typeof engineOn>[2] = {}) => engineOn(server, toStop, policy);

describe('the life of a change on a real Redis', () => {
  it('goes from the request over one approval to the report, with an audit line at every arrow', async () => {
    const { world, store, ledger, asked, worker, ends, shown } = engine();
    worker();
    const id = await asked();
    expect((await ledger.approve(id, asker('U1'))).summary).toMatch(/^Approved, it starts now/);
    await ends(id).toBe('succeeded');
    expect(world.acted).toEqual(['checkpoint', 'switchover']);
    expect(shown[0]).toBe('pending');
    await expect.poll(() => shown.at(-1)).toBe('succeeded');
    const lines = (await store.audit.read(1, 99)).map(({ what, result }) => `${what} ${result}`);
    expect(lines.slice(0, 4)).toEqual(['run.request pending', 'run.approve approved', 'run.queue queued', 'run.start attempt 1']);
    expect(lines.at(-1)).toBe('run.end succeeded');
    expect(await checkedChain(store.audit)).toMatchObject({ ok: true });
  });

  it('runs once when the button is clicked twenty times at once', async () => {
    const { world, store, ledger, asked, worker, ends } = engine();
    worker();
    const id = await asked();
    const clicks = await Promise.allSettled(Array.from({ length: 20 }, () => ledger.approve(id, asker('U1'))));
    expect(clicks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await ends(id).toBe('succeeded');
    expect(await store.runs.get(id)).toMatchObject({ epoch: 1 });
    expect(world.acted).toEqual(['checkpoint', 'switchover']);
  });

  it('refuses the approval of the person who asked, and writes that down', async () => {
    const { store, ledger, ask } = engine();
    const proposed = await ask('U1SELF');
    const id = 'run' in proposed ? proposed.run.id : '';
    await expect(ledger.approve(id, asker('U1SELF'))).rejects.toThrow('you asked for this, so your vote does not count');
    expect((await store.runs.get(id))?.votes).toEqual([]);
    const [last] = (await store.audit.read(1, 9)).slice(-1);
    expect(last).toMatchObject({ what: 'run.approve', result: 'refused', who: 'U1SELF', run: id });
  });

  it('refuses a person without the role at the moment of the click', async () => {
    const { store, ledger, asked, left } = engine();
    const id = await asked();
    await expect(ledger.approve(id, asker('U0OTHER'))).rejects.toThrow('not approve');
    left.add('U1');
    await expect(ledger.approve(id, asker('U1'))).rejects.toThrow();
    expect(await store.runs.get(id)).toMatchObject({ state: 'pending', votes: [] });
  });

  it('is stale when the approver left between the click and the start', async () => {
    const { world, ledger, asked, worker, ends, left } = engine();
    const id = await asked();
    await ledger.approve(id, asker('U1'));
    left.add('U1');
    worker();
    await ends(id).toBe('stale');
    expect(world.acted).toEqual([]);
  });

  it('ends with one denial, whose reason stays', async () => {
    const { store, ledger, asked } = engine({ approvals: 2 });
    const id = await asked();
    await ledger.approve(id, asker('U1A'));
    await ledger.deny(id, asker('U1B'), 'backup is running');
    await expect(ledger.approve(id, asker('U1C'))).rejects.toThrow('this request is denied already');
    expect(await store.runs.get(id)).toMatchObject({ state: 'denied', why: 'backup is running' });
  });

  it('takes no denial without a reason and no id that is none, and audits both in a few words', async () => {
    const { store, ledger, asked } = engine();
    const id = await asked();
    await expect(ledger.deny(id, asker('U1B'), ' ')).rejects.toThrow('this needs a reason');
    const made = `__proto__${'x'.repeat(2000)}`;
    await expect(ledger.approve(made, asker('U1B'))).rejects.toThrow('there is no run __proto__x');
    expect((await store.runs.get(id))?.state).toBe('pending');
    const lines = (await store.audit.read(1, 9)).slice(-2);
    expect(lines.map(({ what, result }) => `${what} ${result}`)).toEqual(['run.deny refused', 'run.approve refused']);
    expect(lines[1]?.run?.length).toBeLessThan(30);
  });

  it('can be withdrawn by the person who asked, until it runs', async () => {
    const { store, ledger, asked, worker, ends } = engine();
    const id = await asked();
    await ledger.withdraw(id, asker('U0ASKER'));
    expect(await store.runs.get(id)).toMatchObject({ state: 'withdrawn' });
    const second = await asked();
    await ledger.approve(second, asker('U1'));
    worker();
    await ends(second).toBe('succeeded');
    await expect(ledger.withdraw(second, asker('U0ASKER'))).rejects.toThrow('is succeeded already');
  });

  it('refuses with the whole list of checks when one blocks, and stores no request', async () => {
    const { world, store, ask } = engine();
    world.quorum = false;
    const proposed = await ask();
    if (!('message' in proposed)) throw new Error('it was stored');
    expect(proposed.message.summary).toBe('Refused: etcd has no quorum');
    expect(JSON.stringify(proposed.message.thread)).toContain('pg2 streams');
    expect(await store.runs.list({ limit: 9 })).toEqual([]);
    expect(await store.audit.read(1, 9)).toMatchObject([{ what: 'run.request', result: 'refused' }]);
  });

  it('says nothing to do when the wanted state holds already', async () => {
    const { world, ask } = engine();
    world.leader = 'pg2';
    const proposed = await ask();
    expect('message' in proposed && proposed.message.summary).toMatch(/^Nothing to do/);
  });

  it('starts at once where the policy asks for no approval', async () => {
    const { asked, worker, ends } = engine({ approvals: 0 });
    worker();
    await ends(await asked()).toBe('succeeded');
  });

  it('expires, shows that once, and starts nothing, however many processes sweep', async () => {
    const { store, ledger, asked, sweep, shown } = engine({ expiresInMs: 30 });
    const id = await asked();
    await expect.poll(async () => (await store.runs.get(id))?.state).toBe('expired');
    await expect(ledger.approve(id, asker('U1'))).rejects.toThrow('this request has expired');
    await Promise.all([sweep(), sweep(), sweep()]);
    expect(shown.filter((state) => state === 'expired')).toHaveLength(1);
    expect(await store.runs.list({ open: true, limit: 9 })).toEqual([]);
  });

  it('is queued by the sweep when its process died between the vote and the queue', async () => {
    const { store, asked, sweep, worker, ends } = engine();
    const id = await asked();
    const facts = { atMs: 1, who: 'U1', via: 'slack', what: 'run.approve' } as const;
    await store.votes.cast(id, { userId: 'U1', userName: 'U1', verdict: 'approve', atMs: Date.now() }, facts);
    worker();
    await sweep();
    await ends(id).toBe('succeeded');
  });

  it('goes on at another worker when the first one drains', async () => {
    const { world, store, ledger, asked, worker, ends } = engine();
    world.streaming = false;
    const first = worker();
    const id = await asked();
    await ledger.approve(id, asker('U1'));
    await expect.poll(async () => (await store.journal.read(id)).rejoined?.note, { timeout: 15_000 }).toMatch(/does not stream/);
    await first.stop();
    expect(await store.runs.get(id)).toMatchObject({ state: 'running' });
    world.streaming = true;
    worker();
    await ends(id).toBe('succeeded');
    expect(await store.runs.get(id)).toMatchObject({ epoch: 2 });
    expect(world.acted).toEqual(['checkpoint', 'switchover']);
  });

  it('stops at once when its job is taken away, and another attempt finishes the run', async () => {
    const { world, store, ledger, asked, worker, ends, prefix } = engine();
    world.streaming = false;
    worker();
    const id = await asked();
    await ledger.approve(id, asker('U1'));
    await expect.poll(async () => (await store.journal.read(id)).rejoined?.note, { timeout: 15_000 }).toMatch(/does not stream/);
    await server.client().del(`{${prefix}}:queue:runs:${id}:lock`);
    await expect.poll(async () => (await store.runs.get(id))?.epoch, { timeout: 20_000 }).toBeGreaterThan(1);
    world.streaming = true;
    await ends(id).toBe('succeeded');
    expect(world.acted).toEqual(['checkpoint', 'switchover']);
  });

  it('stops in the middle of a wait when somebody cancels, though its worker was killed meanwhile', async () => {
    const { world, store, ledger, asked, worker, ends } = engine();
    world.streaming = false;
    const first = worker();
    const id = await asked();
    await ledger.approve(id, asker('U1'));
    await expect.poll(async () => (await store.journal.read(id)).rejoined?.note, { timeout: 10_000 }).toMatch(/does not stream/);
    await first.stop();
    expect((await ledger.cancel(id, asker('U0ASKER'))).summary).toBe(`Run ${id} stops while it waits in 'Wait for pg1'`);
    worker();
    await ends(id).toBe('cancelled');
    expect((await store.runs.get(id))?.why).toBe("stopped while it waited in 'Wait for pg1', as U0ASKER asked");
    expect(await store.locks.inTheWay([{ resource: 'cluster:billing', shared: false }])).toEqual([]);
  });

  it('halts with the outcome unknown, keeps its lock, and goes on when another person decides so', async () => {
    const { world, store, ledger, ask, asked, worker, ends } = engine();
    world.trouble = async (act) => {
      if (act === 'switchover') throw new Error('the connection was cut');
    };
    world.within = 1000;
    worker();
    const id = await asked();
    await ledger.approve(id, asker('U1'));
    await ends(id).toBe('halted');
    await expect(ask()).rejects.toThrow(/billing is held by run/);
    world.trouble = undefined;
    await ledger.decide(id, asker('U1'), 'retry');
    await ends(id).toBe('succeeded');
    expect(world.acted).toEqual(['checkpoint', 'switchover']);
    expect(await store.runs.get(id)).toMatchObject({ epoch: 2 });
  });

  it('lets an emergency take over a halted run, after its approver has read what that leaves open', async () => {
    const { world, store, ledger, ask, asked, worker, ends } = engine();
    world.trouble = async (act) => {
      if (act === 'switchover') throw new Error('the connection was cut');
    };
    world.within = 1000;
    worker();
    const id = await asked();
    await ledger.approve(id, asker('U1'));
    await ends(id).toBe('halted');
    world.trouble = undefined;
    const proposed = await ask('U0ASKER', 'emergency');
    if (!('run' in proposed)) throw new Error(proposed.message.summary);
    const leavesOpen = "'Switch over pg1 -> pg2' was begun and may still take effect";
    expect(proposed.run.takesOver).toEqual([{ run: id, leavesOpen }]);
    await ledger.approve(proposed.run.id, asker('U1'));
    await ends(proposed.run.id).toBe('succeeded');
    expect(await store.runs.get(id)).toMatchObject({
      state: 'cancelled',
      why: `taken over by run ${proposed.run.id} (emergency)`,
    });
  });
});
