import { describe, expect, it } from 'vitest';
import { createGapPosting } from '../../src/compose/gap-posting.ts';
import { unreachable } from '../../src/core/errors.ts';
import type { GapReport } from '../../src/core/gap-report.ts';
import type { GapReports } from '../../src/store/gap-reports.ts';
import { notedLog } from '../support/noted-log.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const report: GapReport = {
  ...{ id: 'gap main 77-100-1000', source: 'main/service/', fromMs: 0, untilMs: 62 * 60_000, how: 'away', told: 0 },
  unobservable: [{ cluster: 'billing', count: 3 }],
};
const UNFINISHED = `${report.id} unfinished`;

/** One store and one channel for all bots. */
function world() {
  const clock = virtualClock();
  const { log, lines } = notedLog();
  const kept = new Map<string, GapReport>();
  const told = new Set<string>();
  const turns = new Map<string, string>();
  const posts: { readonly id: string; readonly summary: string }[] = [];
  const counted: string[] = [];
  const at = { storeAway: undefined as Error | undefined, slackAway: false, slowKeep: undefined as Promise<void> | undefined };
  const answer = <T>(value: () => T): Promise<T> => (at.storeAway ? Promise.reject(at.storeAway) : Promise.resolve(value()));
  const storeOf = (bot: string): GapReports => {
    const turn = (id: string) => {
      if (told.has(id)) return false;
      if (!turns.has(id)) turns.set(id, bot);
      return turns.get(id) === bot;
    };
    return {
      async keep(one) {
        await at.slowKeep;
        return answer(() => {
          if (told.has(one.id)) return 'told';
          kept.set(one.id, one);
          return turn(one.id) ? 'ours' : 'theirs';
        });
      },
      untold: () => answer(() => [...kept.values()]),
      turn: (id) => answer(() => turn(id)),
      told: (id) =>
        answer(() => {
          told.add(id);
          return kept.delete(id);
        }),
    };
  };
  const bot = (name: string) =>
    createGapPosting({
      ...{
        channel: 'C1',
        afterMs: 60_000,
        clock,
        log,
        store: storeOf(name),
        told: ({ id }) => void counted.push(`${name} ${id}`),
      },
      chat: {
        async post({ message, metadata, stillWanted }) {
          if (at.slackAway) throw new Error('service_unavailable');
          if (stillWanted && !(await stillWanted())) throw new Error('somebody else posts it by now');
          posts.push({ id: metadata?.id ?? '', summary: message.summary });
          return { channel: 'C1', ts: '1' };
        },
        async findPosted(_, id) {
          if (at.slackAway) throw new Error('service_unavailable');
          return posts.some((post) => post.id === id) ? { channel: 'C1', ts: '1' } : undefined;
        },
      },
    });
  const pass = (ms: number) => clock.drive(clock.sleep(ms));
  return { at, bot, pass, kept, told, turns, posts, counted, lines };
}
const away = unreachable('Redis does not answer: there is no connection', 'Wait.');

describe('the report of a time without a watch', () => {
  it('is told once by the bots that find it together, and counted by the one that told it', async () => {
    const { bot, posts, counted, kept, pass } = world();
    const [a, b] = [bot('a'), bot('b')];
    a.over(report);
    b.over(report);
    await until(() => posts.length > 0);
    for (const one of [a, b, a]) await one.sweep();
    await pass(60_000);
    expect({ posts: posts.length, counted, kept: kept.size, untold: a.untold() }).toEqual({
      ...{ posts: 1, counted: [`a ${report.id}`], kept: 0, untold: 0 },
    });
  });

  it('is told by another bot when the one that kept it died, and not again when that one had posted it', async () => {
    const { bot, posts, counted, kept, told } = world();
    kept.set(report.id, report);
    await bot('b').sweep();
    await until(() => posts.length === 1);
    told.clear();
    kept.set('posted', { ...report, id: 'posted' });
    posts.push({ id: 'posted', summary: '' });
    const c = bot('c');
    await c.sweep();
    await until(async () => {
      await c.sweep();
      return !kept.has('posted');
    });
    expect(posts).toHaveLength(2);
    expect(counted).toContain('c posted');
  });

  it('that is whole is kept before the unfinished one is put away, for the bot may die between', async () => {
    const { at, bot, told, kept, pass } = world();
    Object.assign(at, { storeAway: away, slackAway: true });
    const a = bot('a');
    a.begun(report);
    await pass(1000);
    a.over(report);
    await pass(1000);
    at.storeAway = undefined;
    let answer: () => void = () => undefined;
    at.slowKeep = new Promise((resolve) => {
      answer = resolve;
    });
    const swept = a.sweep();
    await pass(1000);
    expect({ told: told.has(UNFINISHED), kept: kept.has(report.id) }).toEqual({ told: false, kept: false });
    answer();
    await swept;
    expect(told.has(UNFINISHED)).toBe(true);
  });

  it('waits for Slack for as long as it takes', async () => {
    const { at, bot, posts, pass } = world();
    at.slackAway = true;
    const a = bot('a');
    a.over(report);
    for (let minute = 0; minute < 120; minute += 1) {
      await a.sweep();
      await pass(60_000);
    }
    expect({ posts: posts.length, untold: a.untold() }).toEqual({ posts: 0, untold: 1 });
    at.slackAway = false;
    await a.sweep();
    await until(() => posts.length === 1);
  });

  it('is told while the store is away, given to it when it is back, and not told again', async () => {
    const { at, bot, posts, counted, told } = world();
    at.storeAway = away;
    const [a, b] = [bot('a'), bot('b')];
    a.over(report);
    await until(() => posts.length === 1);
    await a.sweep();
    at.storeAway = undefined;
    await a.sweep();
    b.over(report);
    await b.kept();
    await b.sweep();
    expect({ posts: posts.length, counted, told: told.has(report.id) }).toEqual({
      ...{ posts: 1, counted: [`a ${report.id}`], told: true },
    });
  });

  it('is not worth a word when nothing happened in a short time', async () => {
    const { bot, posts, kept } = world();
    const a = bot('a');
    a.begun({ ...report, untilMs: 30_000, unobservable: [] });
    a.over({ ...report, untilMs: 30_000, unobservable: [] });
    await a.kept();
    expect([posts.length, kept.size]).toEqual([0, 0]);
  });
});

describe('the position of a watch', () => {
  it('may go on only when the report is kept', async () => {
    const { at, bot, kept } = world();
    let open: () => void = () => undefined;
    at.slowKeep = new Promise((resolve) => {
      open = resolve;
    });
    const a = bot('a');
    a.over(report);
    let mayGoOn = false;
    const waits = a.kept().then(() => {
      mayGoOn = true;
    });
    await Promise.resolve();
    expect({ mayGoOn, kept: kept.size }).toEqual({ mayGoOn: false, kept: 0 });
    open();
    await waits;
    expect(mayGoOn).toBe(true);
  });

  it('stays while the store is away, and is not held up by what the store will never take', async () => {
    const { at, bot, posts, lines } = world();
    at.storeAway = away;
    const a = bot('a');
    a.over(report);
    await expect(a.kept()).rejects.toThrow('Redis does not answer');
    at.storeAway = new Error('WRONGTYPE');
    await a.kept();
    await until(() => posts.length === 1);
    expect(lines.map(({ text }) => text)).toContain('a gap can not be kept');
  });
});

describe('a time that a bot is looking through', () => {
  const soFar: GapReport = { ...report, told: 2, unobservable: [] };

  it('is told as unfinished by another bot only when that bot is gone', async () => {
    const { bot, turns, posts } = world();
    const [a, b] = [bot('a'), bot('b')];
    a.begun(soFar);
    await a.kept();
    for (const one of [a, b]) await one.sweep();
    expect(posts).toEqual([]);
    turns.clear();
    await b.sweep();
    await until(() => posts.length === 1);
    expect(posts).toMatchObject([
      { id: UNFINISHED, summary: expect.stringContaining('2 leader changes of that time told so far') },
    ]);
  });

  it('is told whole by who has seen all of it, and the part of it by nobody', async () => {
    const { bot, turns, posts, kept } = world();
    const [a, b] = [bot('a'), bot('b')];
    a.begun(soFar);
    await a.kept();
    b.over(report);
    await b.kept();
    turns.clear();
    await b.sweep();
    await until(() => posts.length > 0);
    await b.sweep();
    expect({ posts: posts.map(({ id }) => id), kept: kept.size }).toEqual({ posts: [report.id], kept: 0 });
  });

  it('is forgotten when it turned out to be a part of another one', async () => {
    const { bot, posts, kept } = world();
    const a = bot('a');
    a.begun(soFar);
    a.dropped(soFar.id);
    await a.kept();
    await a.sweep();
    expect([posts.length, kept.size]).toEqual([0, 0]);
  });
});
