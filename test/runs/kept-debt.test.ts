import { describe, expect, it } from 'vitest';
import { createDebtPosting } from '../../src/compose/debt-posting.ts';
import type { Debt } from '../../src/core/debt.ts';
import type { RunState } from '../../src/core/run-state.ts';
import { holds, notYet } from '../../src/core/verdict.ts';
import { createDebtKeeper } from '../../src/runs/debt-keeper.ts';
import { debtsCard } from '../../src/runs/debts-card.ts';
import { messageLines } from '../support/message-lines.ts';
import { fakeView } from '../support/fake-world.ts';
import { quietLog } from '../support/quiet-log.ts';
import { runOf } from '../support/run-of.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const MINUTE = 60_000;

const PAUSE: Debt = {
  ...{ id: 'pause billing', cluster: 'billing', run: 'r4k2m9xq', step: 'pause', sinceMs: NOW },
  says: 'Patroni of billing is paused: nobody takes over when its leader dies',
  release: { act: 'unpause', args: {} },
  gone: { state: 'not-paused', args: {} },
  kept: { forMs: 120 * MINUTE, endBy: '/pg resume billing', keepBy: '/pg pause billing --for 1h --reason ...' },
  ...{ owner: 'U0OLGA', reason: 'kernel of pg2' },
};

/** A keeper of one pause, `minutes` after it was made, whose run came to `state`. */
async function sweepOnce(state: RunState, minutes: number, debt: Debt = PAUSE) {
  const shown = { paused: true, told: [] as string[], cleared: [] as string[], done: [] as string[] };
  const clock = virtualClock(NOW + minutes * MINUTE);
  const keeper = createDebtKeeper({
    debts: {
      record: async () => 'recorded',
      list: async () => [debt],
      clear: async (id) => shown.cleared.push(id) > 0,
    },
    runs: { get: async () => runOf({ state }) },
    acts: {
      async perform({ act }) {
        shown.done.push(act);
        shown.paused = false;
        return { performed: true, says: act };
      },
    },
    states: { judge: async () => (shown.paused ? notYet('Patroni of billing is paused') : holds('it is not')) },
    ...{ view: fakeView(), clock, log: quietLog },
    tell: async (_debt, why) => void shown.told.push(why),
  });
  await keeper.sweep();
  return shown;
}

describe('a pause that a run has made on purpose', () => {
  it('stays until its end without a word, and after it is told, but is never ended by itself', async () => {
    expect(await sweepOnce('succeeded', 119)).toMatchObject({ paused: true, told: [], done: [] });
    expect(await sweepOnce('succeeded', 121)).toMatchObject({ paused: true, told: ['Patroni of billing is paused'], done: [] });
  });

  it.each<RunState>(['cancelled', 'halted', 'failed'])(
    'is taken away when its run ended %s, as nobody took it on',
    async (state) => {
      expect(await sweepOnce(state, 1)).toMatchObject({ paused: false, done: ['unpause'], cleared: ['pause billing'] });
    },
  );

  it('that was there before is kept although the run that was to keep it on failed, and told after its end', async () => {
    const anyhow: Debt = { ...PAUSE, kept: { forMs: 120 * MINUTE, endBy: '', keepBy: '', anyhow: true } };
    expect(await sweepOnce('halted', 1, anyhow)).toMatchObject({ paused: true, done: [], told: [] });
    expect(await sweepOnce('halted', 121, anyhow)).toMatchObject({
      paused: true,
      done: [],
      told: ['Patroni of billing is paused'],
    });
  });

  it('is listed with its owner, its end and its reason', () => {
    const lines = messageLines(debtsCard([PAUSE], { nowMs: NOW + 40 * MINUTE, cluster: 'billing' }));
    expect(lines).toContain('  [] Kept by @U0OLGA until 2026-11-22T14:00:00Z, 1 h 20 min left: kernel of pg2');
    expect(lines.join('\n')).toContain('never ends by itself');
    expect(lines.join('\n')).not.toContain('A worker takes each away');
  });
});

describe('what is told of a pause whose time is over', () => {
  async function toldAfter(minutes: number) {
    const posts: string[] = [];
    let says = '';
    const clock = virtualClock(NOW + (120 + minutes) * MINUTE);
    const tell = createDebtPosting({
      chat: {
        async post({ channel, message }) {
          posts.push(channel);
          says = messageLines(message).join('\n');
          return { channel, ts: '1' };
        },
        async directMessage(user) {
          posts.push(user);
          return { channel: user, ts: '1' };
        },
      },
      seen: { seenBefore: async () => false },
      ...{ channel: 'C0OPS', alerts: 'C0ALERTS', clock, log: quietLog },
    });
    await tell(PAUSE, 'Patroni of billing is paused');
    return { posts, says };
  }

  it('goes to the operators, then to its owner, then to the alerts as well', async () => {
    expect((await toldAfter(0)).posts).toEqual(['C0OPS']);
    expect((await toldAfter(15)).posts).toEqual(['C0OPS', 'U0OLGA']);
    expect((await toldAfter(45)).posts).toEqual(['C0OPS', 'C0ALERTS', 'U0OLGA']);
  });

  it('says whose it is, for how long it is over, and how to end or keep it', async () => {
    const { says } = await toldAfter(45);
    expect(says).toContain('Its time was over 45 min ago');
    expect(says).toContain('Kept by @U0OLGA until');
    expect(says).toContain('End it: /pg resume billing. Keep it longer: /pg pause billing --for 1h');
    expect(says).toContain('It does not end by itself');
  });
});
