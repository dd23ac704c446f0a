import { describe, expect, it } from 'vitest';
import { createLatePosts } from '../../src/compose/late-posts.ts';
import { promptly } from '../../src/compose/promptly.ts';
import { startChat } from '../../src/compose/start-chat.ts';
import { refusal, unreachable } from '../../src/core/errors.ts';
import { createFakeClock } from '../chat/fake-clock.ts';
import { quietLog } from '../support/quiet-log.ts';
import { runOf } from '../support/run-of.ts';

/** A Slack that fails in these ways, one start after the other, and then is there. */
function chatFailing(...failures: readonly Error[]) {
  const left = [...failures];
  const calls: string[] = [];
  return {
    calls,
    async start() {
      calls.push('start');
      const failure = left.shift();
      if (failure) throw failure;
    },
    async stop() {
      calls.push('stop');
    },
  };
}

const away = unreachable('auth.test: Slack can not be reached', 'x');
const wrong = refusal('Slack refuses slack.botToken (invalid_auth)', 'x');

describe('a start without Slack', () => {
  it('goes on and tries again until Slack is there', async () => {
    const [chat, clock] = [chatFailing(away, away, wrong), createFakeClock()];
    const stop = await startChat({ chat, clock, log: quietLog });
    expect(chat.calls).toEqual(['start']);
    await clock.advance(60_000);
    expect(chat.calls).toEqual(['start', 'start', 'start', 'start']);
    await stop();
    expect(chat.calls.at(-1)).toBe('stop');
  });

  it('ends at once for a wrong token, which waiting does not mend', async () => {
    await expect(startChat({ chat: chatFailing(wrong), clock: createFakeClock(), log: quietLog })).rejects.toBe(wrong);
  });

  it('is given up when the bot stops', async () => {
    const [chat, clock] = [chatFailing(away, away), createFakeClock()];
    const stop = await startChat({ chat, clock, log: quietLog });
    await stop();
    await clock.advance(120_000);
    expect(chat.calls).toEqual(['start', 'stop']);
  });
});

describe('a run that is shown', () => {
  it('keeps nobody waiting while Slack is away, and is shown all the same when it comes', async () => {
    const clock = createFakeClock();
    const shown: string[] = [];
    let isAway = true;
    const announce = async () => {
      await clock.sleep(50_000);
      shown.push('shown');
    };
    const soon = promptly(announce, { clock, log: quietLog, isAway: () => isAway });
    const since = async () => {
      const before = clock.now();
      await expect(clock.until(soon(runOf(), {}))).rejects.toMatchObject({ kind: 'unreachable' });
      return clock.now() - before;
    };
    expect(await since()).toBeLessThan(2000);
    isAway = false;
    await clock.advance(20_000);
    const first = await since();
    expect([first > 5000, first <= 10_000]).toEqual([true, true]);
    expect(await since()).toBeLessThan(2000);
    await clock.advance(60_000);
    expect(shown).toHaveLength(3);
  });

  it('fails as it would without that when Slack refuses it', async () => {
    const soon = promptly(() => Promise.reject(wrong), { clock: createFakeClock(), log: quietLog, isAway: () => false });
    await expect(soon(runOf(), {})).rejects.toBe(wrong);
  });
});

describe('what was not shown', () => {
  it('is shown once when Slack is back: runs of the last day without a message, ended ones too', async () => {
    const clock = createFakeClock(1_800_000_000_000);
    const at = (agoMs: number, id: string, messageTs?: string) =>
      runOf({ id, createdAtMs: clock.now() - agoMs, ...(messageTs ? { messageTs } : {}) });
    const runs = [
      at(1000, 'rjustnow'),
      at(60_000, 'rwaits22'),
      { ...at(70_000, 'rended22'), state: 'succeeded' as const },
      at(80_000, 'rshown22', '1.1'),
      at(90_000_000, 'rold2222'),
    ];
    const shown: string[] = [];
    const claimed = new Set<string>();
    let isConnected = false;
    const bots = [1, 2].map(() =>
      createLatePosts({
        ...{ clock, log: quietLog, canPost: () => isConnected },
        runs: { list: async () => runs },
        journal: { read: async (id) => (id === 'rended22' ? { checkpoint: { mark: 'done', startedAtMs: 1 } } : {}) },
        seen: {
          async seenBefore(what) {
            const was = claimed.has(what);
            claimed.add(what);
            return was;
          },
        },
        async announce({ id }) {
          shown.push(id);
        },
        keepLog: async ({ id }) => void shown.push(`log of ${id}`),
      }),
    );
    for (const bot of bots) await bot();
    expect(shown).toEqual([]);
    isConnected = true;
    await Promise.all(bots.map((bot) => bot()));
    expect(shown.toSorted()).toEqual(['log of rended22', 'rended22', 'rwaits22']);
  });
});
