import { describe, expect, it } from 'vitest';
import { createDebtPosting } from '../../src/compose/debt-posting.ts';
import type { Debt } from '../../src/core/debt.ts';
import type { Telling } from '../../src/runs/kept-debt.ts';
import { quietLog } from '../support/quiet-log.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { remembered } from '../support/remembered.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const MINUTE = 60_000;

const SLOT: Debt = {
  ...{ id: 'slot trunkline_pg3', cluster: 'billing', run: 'r4k2m9xq', step: 'slot', sinceMs: NOW, owner: 'U0OLGA' },
  says: 'the slot trunkline_pg3 keeps WAL',
  release: { act: 'drop-slot', args: {} },
  gone: { state: 'slot-is', args: {} },
};
const UNFENCED: Debt = { ...SLOT, id: 'unfenced pg1 of billing', isToldAnew: true };
const PAUSE: Debt = { ...SLOT, id: 'pause billing', kept: { forMs: 120 * MINUTE, endBy: '/pg resume billing', keepBy: '' } };

interface Story {
  readonly debt: Debt;
  readonly telling?: Telling;
  readonly fromMinute?: number;
  readonly minutes: number;
  readonly why?: (atMs: number) => string;
  /** Does Slack take a post there, then? */
  readonly takes?: (place: string, minute: number) => boolean;
}

/** Two workers that look at a debt every ten seconds: what was told, as `minute place`. */
async function told({
  debt,
  telling = 'left behind',
  fromMinute = 0,
  minutes,
  why = () => 'it is there',
  takes = () => true,
}: Story) {
  const posts: string[] = [];
  let nowMs = NOW + fromMinute * MINUTE;
  const post = (place: string) => {
    const minute = (nowMs - NOW) / MINUTE;
    if (!takes(place, minute)) throw new Error('slack is away');
    posts.push(`${Math.floor(minute)} ${place}`);
    return { channel: place, ts: '1' };
  };
  const tell = createDebtPosting({
    chat: { post: async ({ channel }) => post(channel), directMessage: async (user) => post(user) },
    seen: remembered(() => nowMs),
    ...{ channel: 'C0OPS', alerts: 'C0ALERTS', clock: { ...virtualClock(NOW), now: () => nowMs }, log: quietLog },
  });
  for (; nowMs < NOW + (fromMinute + minutes) * MINUTE; nowMs += 10_000)
    await Promise.all([0, 1].map(() => tell(debt, why(nowMs), telling)));
  return posts;
}

describe('what is told of a debt that nobody takes away', () => {
  it('is told once in 15 minutes, by one of the workers', async () => {
    expect(await told({ debt: SLOT, minutes: 40 })).toEqual(['0 C0OPS', '15 C0OPS', '30 C0OPS']);
  });

  it('is told again within a minute when Slack did not take it, whether it waits or not', async () => {
    const takes = (_: string, minute: number) => minute >= 2.5;
    expect(await told({ debt: SLOT, minutes: 10, takes })).toEqual(['3 C0OPS']);
    expect(await told({ debt: UNFENCED, minutes: 10, takes })).toEqual(['3 C0OPS']);
  });

  it('is told at once when its reason changes, else every hour', async () => {
    const why = (atMs: number) => (atMs < NOW + 5 * MINUTE ? 'pg1 does not answer' : 'pg1 runs as a second primary');
    expect(await told({ debt: UNFENCED, minutes: 70, why })).toEqual(['0 C0OPS', '5 C0OPS', '65 C0OPS']);
  });

  it('is told at most four times an hour when a host words its reason anew each time', async () => {
    const posts = await told({ debt: UNFENCED, minutes: 60, why: (atMs) => `pg1 says: ${atMs}` });
    expect(posts).toEqual(['0 C0OPS', '0 C0OPS', '30 C0OPS', '30 C0OPS']);
  });

  it('is not told again to those who heard it, when its owner can not be told in person', async () => {
    const takes = (place: string) => place !== 'U0OLGA';
    const posts = await told({ debt: PAUSE, telling: 'is over', fromMinute: 165, minutes: 10, takes });
    expect(posts).toEqual(['165 C0OPS', '165 C0ALERTS']);
  });
});
