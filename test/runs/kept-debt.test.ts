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
import { remembered } from '../support/remembered.ts';

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
    expect(await sweepOnce('succeeded', 104)).toMatchObject({ paused: true, told: [], done: [] });
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
      seen: { seenBefore: async () => false, remember: async () => undefined },
      ...{ channel: 'C0OPS', alerts: 'C0ALERTS', clock, log: quietLog },
    });
    await tell(PAUSE, 'Patroni of billing is paused', 'is over');
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

describe('a pause over its whole time, looked at every ten seconds', () => {
  async function story(forMs: number, minutes: number, resumedAtMinute = Number.POSITIVE_INFINITY, dm = true) {
    const debt: Debt = { ...PAUSE, kept: { forMs, endBy: '/pg resume billing', keepBy: '/pg pause billing --for 1h' } };
    const told: string[] = [];
    const debts = new Map([[debt.id, debt]]);
    let nowMs = NOW;
    const clock = { ...virtualClock(NOW), now: () => nowMs };
    const note = (place: string, says: string) => {
      told.push(`${(nowMs - NOW) / MINUTE} ${place}: ${/Its time [a-z]+ over.*/.exec(says)?.[0]}`);
      return { channel: place, ts: '1' };
    };
    const tell = createDebtPosting({
      chat: {
        post: async ({ channel, message }) => note(channel, message.summary),
        directMessage: async (user, message) => {
          if (!dm) throw new Error('user_not_found');
          return note(user, message.summary);
        },
      },
      seen: remembered(() => nowMs),
      ...{ channel: 'C0OPS', alerts: 'C0ALERTS', clock, log: quietLog },
    });
    const isPaused = () => nowMs < NOW + resumedAtMinute * MINUTE;
    const keeper = createDebtKeeper({
      debts: { record: async () => 'recorded', list: async () => [...debts.values()], clear: async (id) => debts.delete(id) },
      runs: { get: async () => runOf({ state: 'succeeded' }) },
      acts: { perform: () => Promise.reject(new Error('a pause is never ended by us')) },
      states: { judge: async () => (isPaused() ? notYet('Patroni of billing is paused') : holds('it is not')) },
      ...{ view: fakeView(), clock, log: quietLog, tell },
    });
    for (; nowMs <= NOW + minutes * MINUTE; nowMs += 10_000) await keeper.sweep();
    return { told, left: debts.size };
  }

  it('reminds its owner once before the end, then nags every 15 minutes and escalates, for as long as nobody resumes', async () => {
    const { told, left } = await story(120 * MINUTE, 196);
    expect(told).toEqual([
      '105 U0OLGA: Its time is over in 15 min',
      '120 C0OPS: Its time is over',
      ...['C0OPS', 'U0OLGA'].map((place) => `135 ${place}: Its time was over 15 min ago`),
      ...['C0OPS', 'U0OLGA'].map((place) => `150 ${place}: Its time was over 30 min ago`),
      ...['C0OPS', 'C0ALERTS', 'U0OLGA'].map((place) => `165 ${place}: Its time was over 45 min ago`),
      ...['C0OPS', 'C0ALERTS', 'U0OLGA'].map((place) => `180 ${place}: Its time was over 1 h ago`),
      ...['C0OPS', 'C0ALERTS', 'U0OLGA'].map((place) => `195 ${place}: Its time was over 1 h 15 min ago`),
    ]);
    expect(left).toBe(1);
  });

  it('falls silent as soon as somebody resumes by hand, before its end or after it', async () => {
    expect(await story(120 * MINUTE, 240, 100)).toEqual({ told: [], left: 0 });
    const late = await story(120 * MINUTE, 240, 140);
    expect(late.told.at(-1)).toMatch(/^135 /);
    expect(late.left).toBe(0);
  });

  it('reminds of a short one in its last quarter, and tells all where its owner can not be told', async () => {
    expect((await story(8 * MINUTE, 7)).told).toEqual(['6 U0OLGA: Its time is over in 2 min']);
    expect((await story(8 * MINUTE, 7, undefined, false)).told).toEqual(['6 C0OPS: Its time is over in 2 min']);
  });
});
