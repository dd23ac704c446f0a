import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/core/run.ts';
import { haltedRun } from '../support/halted-run.ts';

describe('a halted run', () => {
  it('is tried again when an approver decides so, and the act is asked for under its claim', async () => {
    const { decide, attempt, store, world, queued } = await haltedRun();
    expect((await decide('retry')).summary).toBe("Run r4k2m9xq tries 'Switch over pg1 -> pg2' again");
    expect(store.now().run).toMatchObject({ state: 'running' });
    expect(store.now().run).not.toHaveProperty('why');
    expect(store.now().run).not.toHaveProperty('report');
    expect(queued).toEqual(['r4k2m9xq']);
    await attempt();
    expect(store.now().run).toMatchObject({ state: 'succeeded', epoch: 2 });
    expect(world.acted).toEqual(['checkpoint', 'switchover']);
  });

  it('does nothing a second time when the claim was taken by the first try, and says what it waits for', async () => {
    const { decide, attempt, store, world } = await haltedRun();
    world.claims.add(`739-4-r4k2m9xq-switchover`);
    await decide('retry');
    await attempt();
    expect(store.now().run).toMatchObject({ state: 'halted', why: expect.stringContaining('outcome unknown') });
    expect(world.acted).toEqual(['checkpoint']);
  });

  it('counts the step as done when its effect shows before it is tried again', async () => {
    const { decide, attempt, store, world } = await haltedRun();
    world.leader = 'pg2';
    await decide('retry');
    await attempt();
    expect(store.now().run.state).toBe('succeeded');
    expect(world.acted).toEqual(['checkpoint']);
  });

  it('stays halted when its guard no longer holds, and names it', async () => {
    const { decide, attempt, store, world } = await haltedRun();
    world.leader = 'pg3';
    await decide('retry');
    await attempt();
    expect(store.now().run).toMatchObject({ state: 'halted', why: expect.stringMatching(/^not tried again: .*pg3 leads/) });
    expect(world.acted).toEqual(['checkpoint']);
  });

  it('goes on without the step when approvers skip it, and its line says who and why', async () => {
    const { decide, attempt, store } = await haltedRun();
    await decide('skip');
    await attempt();
    const { run, journal } = store.now();
    expect(run.state).toBe('succeeded');
    expect(journal.switchover).toMatchObject({ mark: 'skipped', note: 'skipped, as U1ANN decided: I looked at the cluster' });
  });

  it.each(['skip', 'retry'] as const)(
    'follows a decision to %s although the attempt after it was interrupted before it came to the step',
    async (verb) => {
      const { decide, attempt, interrupted, store, world } = await haltedRun();
      await decide(verb);
      await interrupted();
      await interrupted();
      await attempt();
      expect(store.now().run.state).toBe('succeeded');
      expect(store.now().journal.switchover?.mark).toBe(verb === 'skip' ? 'skipped' : 'done');
      expect(world.acted).toEqual(verb === 'skip' ? ['checkpoint'] : ['checkpoint', 'switchover']);
    },
  );

  it('is not steered by everybody who may ask, where nobody approved it beforehand', async () => {
    const own: Run['votes'] = [{ userId: 'U0ASKER', userName: 'ola', verdict: 'approve', atMs: 1 }];
    const { decide, store } = await haltedRun({ approvalsNeeded: 0, confirmByAsker: true, votes: own });
    await expect(decide('retry', 'U0OTHER')).rejects.toThrow('U0OTHER is not approve');
    await decide('retry', 'U0ASKER');
    expect(store.now().run.state).toBe('running');
  });

  it('wants the one-time code of each person where the votes needed one, but for giving it up', async () => {
    const { decide, store, proved } = await haltedRun({ totpRequired: true });
    await decide('retry');
    expect(proved).toEqual(['U1ANN none']);
    expect(store.now().run.state).toBe('running');
  });

  it('counts nobody who has left meanwhile', async () => {
    const { decide, store, left } = await haltedRun({ approvalsNeeded: 2, votes: twoVotes });
    await decide('retry', 'U1ANN');
    left.add('U1ANN');
    await decide('retry', 'U1BOB');
    expect(store.now().run.state).toBe('halted');
    await decide('retry', 'U1CAT');
    expect(store.now().run.state).toBe('running');
  });

  it('needs as many people as the run needed approvals, of whom the one who asked is none', async () => {
    const { decide, store, queued } = await haltedRun({ approvalsNeeded: 2, votes: twoVotes });
    await expect(decide('skip', 'U0ASKER')).rejects.toThrow('you asked for this, so another person decides whether to skip');
    expect((await decide('skip', 'U1ANN')).summary).toMatch(/^Counted. 1 more person must want the same/);
    await expect(decide('skip', 'U1ANN')).rejects.toThrow('you have said skip for run r4k2m9xq already');
    await decide('retry', 'U1BOB');
    expect(store.now().run.state).toBe('halted');
    await decide('skip', 'U1BOB');
    expect(store.now().run.state).toBe('running');
    expect(queued).toEqual(['r4k2m9xq']);
  });

  it('is not skipped without a reason, also where a form was made by hand', async () => {
    const { decide, store } = await haltedRun();
    await expect(decide('skip', 'U1ANN', '  ')).rejects.toThrow('this needs a reason');
    expect(store.now().run.state).toBe('halted');
  });

  it('is given up by the one who asked, which lets go of its lock', async () => {
    const { decide, store } = await haltedRun();
    expect(store.now().held).toBe(true);
    await decide('abandon', 'U0ASKER');
    expect(store.now()).toMatchObject({
      held: false,
      run: { state: 'cancelled', why: expect.stringMatching(/^given up by U0ASKER/) },
    });
  });

  it('takes nothing back when no step of it can be taken back, and says so', async () => {
    const { decide, attempt, store } = await haltedRun();
    await decide('undo');
    await attempt();
    expect(store.now().run).toMatchObject({ state: 'cancelled', why: 'undone, as U1ANN decided: nothing had to be' });
  });

  it('takes back what can be taken back, once, even when the worker dies in between', async () => {
    const { decide, attempt, store, world, needs } = await haltedRun();
    const steps = store
      .now()
      .run.plan.steps.map((step) => (step.id === 'checkpoint' ? { ...step, undo: { act: 'uncheckpoint', args: {} } } : step));
    await needs.runs.change('r4k2m9xq', (run) => ({ patch: { plan: { ...run.plan, steps } } }));
    await decide('undo');
    world.trouble = async () => {
      world.trouble = undefined;
      throw new Error('the host went away');
    };
    await attempt();
    expect(world.acted).toEqual(['checkpoint', 'uncheckpoint']);
    expect(store.now().run).toMatchObject({ state: 'cancelled', why: "undone, as U1ANN decided: 'Checkpoint pg1'" });
  });

  it('is decided once, and what ran or ended meanwhile is not decided at all', async () => {
    const { decide } = await haltedRun();
    await decide('abandon');
    await expect(decide('retry')).rejects.toThrow('run r4k2m9xq is cancelled, so there is nothing to decide');
  });

  it('forgets a decision about an earlier halt, so that a retry is not repeated by itself', async () => {
    const { decide, attempt, store, world } = await haltedRun();
    world.claims.add(`739-4-r4k2m9xq-switchover`);
    await decide('retry');
    await attempt();
    expect(store.now().run).toMatchObject({ state: 'halted', epoch: 2 });
    await decide('skip');
    await attempt();
    expect(store.now().run).toMatchObject({ state: 'succeeded', epoch: 3 });
  });
});

const twoVotes: Run['votes'] = [
  { userId: 'U1', userName: 'ann', verdict: 'approve', atMs: 1 },
  { userId: 'U2', userName: 'bob', verdict: 'approve', atMs: 1 },
];
