import { describe, expect, it } from 'vitest';
import type { Debt, DebtDraft } from '../../src/core/debt.ts';
import { unreachable } from '../../src/core/errors.ts';
import type { Run } from '../../src/core/run.ts';
import type { RunState } from '../../src/core/run-state.ts';
import { holds, notYet } from '../../src/core/verdict.ts';
import { createAttempts } from '../../src/runs/attempt.ts';
import { createDebtKeeper } from '../../src/runs/debt-keeper.ts';
import type { Acts, States } from '../../src/runs/needs.ts';
import { engineOf } from '../support/engine-of.ts';
import { runOf } from '../support/run-of.ts';

const PAUSE: DebtDraft = {
  id: 'pause billing',
  says: 'Patroni of billing is paused, so nobody takes over when the leader dies',
  release: { act: 'resume', args: {} },
  gone: { state: 'notPaused', args: {} },
};

/** A world in which the checkpoint leaves a pause behind. */
async function engine(pays = false) {
  const made = await engineOf();
  const { world, store, clock, needs } = made;
  const shown = { paused: false, broken: false, told: [] as string[], order: [] as string[] };
  const acts: Acts = {
    ...needs.acts,
    debt: ({ act }) => (act === 'checkpoint' ? PAUSE : undefined),
    pays: ({ act }) => (pays && act === 'switchover' ? [PAUSE.id] : []),
    async perform(act, context) {
      if (act.act === 'resume') {
        if (shown.broken) throw unreachable('pg1 does not answer', 'Look whether it is up.');
        shown.paused = false;
        world.acted.push('resume');
        return { performed: true, says: 'resumed' };
      }
      if (act.act === 'checkpoint') {
        shown.order.push(`known before it was made: ${(await store.debts.list()).length}`);
        shown.paused = true;
      }
      return needs.acts.perform(act, context);
    },
  };
  const states: States = {
    ...needs.states,
    judge: async (state, view, sinceMs) =>
      state.state === 'notPaused'
        ? shown.paused
          ? notYet('billing is paused')
          : holds('it is not paused')
        : needs.states.judge(state, view, sinceMs),
  };
  const keeper = createDebtKeeper({
    ...{ ...needs, acts, states },
    tell: async (debt: Debt, why: string) => void shown.told.push(`${debt.says}: ${why}`),
  });
  const attempt = () =>
    clock.drive(createAttempts({ ...needs, acts, states, releaseDebts: (run) => keeper.release(run) })('r4k2m9xq', made.reins));
  const is = (state: RunState) => needs.runs.change('r4k2m9xq', (run) => ({ patch: { ...run, state } }));
  return { ...made, shown, keeper, attempt, is };
}

describe('what a run leaves behind', () => {
  it('is written down and audited before it is made', async () => {
    const { attempt, shown, store } = await engine();
    await attempt();
    expect(shown.order).toEqual(['known before it was made: 1']);
    expect(store.audit.map(({ what }) => what)).toContain('debt.record');
  });

  it('is taken away when the run halts, and only then no longer known', async () => {
    const { attempt, shown, store, world } = await engine();
    world.trouble = async (act) => {
      if (act === 'switchover') throw new Error('the connection was cut');
    };
    await attempt();
    expect(store.now().run.state).toBe('halted');
    expect(shown.paused).toBe(false);
    expect(await store.debts.list()).toEqual([]);
    expect(store.audit.map(({ what }) => what)).toContain('debt.gone');
  });

  it('is told, kept and tried again until it is gone, when it can not be taken away', async () => {
    const { attempt, shown, store, world, keeper } = await engine();
    shown.broken = true;
    world.trouble = async (act) => {
      if (act === 'switchover') throw new Error('the connection was cut');
    };
    await attempt();
    expect(shown.told).toEqual([`${PAUSE.says}: pg1 does not answer`]);
    expect(await store.debts.list()).toHaveLength(1);
    shown.broken = false;
    await keeper.sweep();
    expect(shown.paused).toBe(false);
    expect(await store.debts.list()).toEqual([]);
  });

  it('is gone when the step that pays it is done', async () => {
    const { attempt, store } = await engine(true);
    await attempt();
    expect(store.now().run.state).toBe('succeeded');
    expect(await store.debts.list()).toEqual([]);
    expect(store.audit.map(({ what }) => what)).toContain('debt.paid');
  });

  it('is told but not touched after a success, because it may be in use', async () => {
    const { attempt, keeper, shown, store } = await engine();
    await attempt();
    expect(store.now().run.state).toBe('succeeded');
    await keeper.sweep();
    expect(shown.paused).toBe(true);
    expect(shown.told).toEqual([`${PAUSE.says}: its run succeeded and left it: billing is paused`]);
  });

  it('is taken away although another debt can not be looked after', async () => {
    const { attempt, store, world, keeper, shown, needs } = await engine();
    shown.broken = true;
    world.trouble = async (act) => {
      if (act === 'switchover') throw new Error('the connection was cut');
    };
    await attempt();
    shown.broken = false;
    const [debt] = await store.debts.list();
    if (!debt) throw new Error('a debt was expected');
    const list = async () => [{ ...debt, id: 'first', run: 'rnewer01' }, debt];
    const get = async (id: string) => {
      if (id === 'rnewer01') throw new Error('a newer release wrote it');
      return store.now().run;
    };
    needs.debts.list = list;
    needs.runs.get = get;
    await keeper.sweep();
    expect(shown.paused).toBe(false);
  });

  it.each<[RunState, boolean]>([
    ['queued', false],
    ['running', false],
    ['halted', false],
    ['succeeded', true],
    ['failed', true],
  ])('of a run that an emergency took over is taken away with that %s: %s, as it may rely on it', async (state, taken) => {
    const { attempt, keeper, shown, store, world, needs } = await engine();
    shown.broken = true;
    world.trouble = async (act) => {
      if (act === 'switchover') throw new Error('the connection was cut');
    };
    await attempt();
    shown.broken = false;
    const victim = { ...store.now().run, state: 'cancelled', takenOverBy: 'rsecond1' } as const;
    const runs: Record<string, Run> = {
      r4k2m9xq: victim,
      // Was itself taken over: what counts is the last of them.
      rsecond1: runOf({ id: 'rsecond1', state: 'cancelled', takenOverBy: 'rthird01' }),
      rthird01: runOf({ id: 'rthird01', state }),
    };
    needs.runs.get = async (id: string) => runs[id];
    await keeper.sweep();
    await keeper.release('r4k2m9xq');
    expect(shown.paused).toBe(!taken);
  });

  it('is left alone while its run goes on', async () => {
    const { attempt, keeper, shown, world } = await engine();
    world.streaming = false;
    const running = attempt();
    await keeper.sweep();
    expect(shown.told).toEqual([]);
    world.streaming = true;
    await running;
  });
});
