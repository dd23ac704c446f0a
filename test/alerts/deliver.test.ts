import { describe, expect, it } from 'vitest';
import { deliver } from '../../src/alerts/deliver.ts';
import { type AlertChat, metadataOf } from '../../src/alerts/ports.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import type { Signal } from '../../src/core/signal.ts';
import { fakeAlertChat } from '../support/fake-alert-chat.ts';
import { deskOn } from '../support/lone-desk.ts';
import { quietLog } from '../support/quiet-log.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const signal: Signal = {
  ...{ id: '77-5-billing', cluster: 'billing', revision: 5, atMs: 5, kind: 'lost', cause: 'planned', from: 'pg1' },
  says: 'pg1 lost the leader key',
};
const message = { summary: 'x', parts: [] };

/** Another bot's post of the same is accepted 3 s after this one began to tell it. */
async function tellWhileAnotherPosts(slack: ReturnType<typeof fakeAlertChat>, chat: AlertChat): Promise<void> {
  const clock = virtualClock();
  const doubt = { again: true, inDoubtSinceMs: clock.now(), stillOurs: async () => true };
  const means = { chat, clock, log: quietLog, stop: new AbortController().signal };
  const told = deliver(means, { signal, channel: 'alerts', message, ...doubt });
  await clock.drive(clock.sleep(3000));
  await slack.chat.post({ channel: 'alerts', message, metadata: metadataOf(signal) });
  await clock.drive(told);
}

describe('what another bot may have told', () => {
  it('looks twice, apart, for what a bot that lives may be posting just now', async () => {
    const slack = fakeAlertChat();
    await tellWhileAnotherPosts(slack, slack.chat);
    expect(slack.posts).toHaveLength(1);
  });

  it('looks twice although the first look fails', async () => {
    const slack = fakeAlertChat();
    let looks = 0;
    const chat: AlertChat = {
      ...slack.chat,
      async findPosted(...asked) {
        looks += 1;
        if (looks === 1) throw new Error('ratelimited');
        return slack.chat.findPosted(...asked);
      },
    };
    await tellWhileAnotherPosts(slack, chat);
    expect(slack.posts).toHaveLength(1);
  });

  it('waits once for what a bot that lives may be posting, however many changes of the cluster there are to tell', async () => {
    const slack = fakeAlertChat();
    const clock = virtualClock();
    const desk = deskOn(slack.chat, async () => true, 10_000, clock);
    const startMs = clock.now();
    const all = [1, 2, 3, 4, 5].map((n) =>
      desk.handle({
        signal: { ...signal, id: `77-${n}-billing` },
        incident: '77-1-billing',
        again: true,
        isInDoubt: true,
        recorded: true,
      }),
    );
    await clock.drive(Promise.all(all));
    expect(slack.posts).toHaveLength(5);
    expect(clock.now() - startMs).toBeLessThan(10_000);
    await desk.stop();
  });

  it.each([
    ['answers slowly when it is asked what stands there', async () => undefined],
    ['does not answer in time what stands there', () => Promise.reject(new Error('timeout'))],
  ])('tells what it could not record although the workspace %s', async (_, answer) => {
    const slack = fakeAlertChat();
    const clock = virtualClock();
    const chat: AlertChat = {
      ...slack.chat,
      async findPosted() {
        await clock.sleep(2500);
        return answer();
      },
      async post(post) {
        if ((await post.stillWanted?.()) === false) throw new Error('somebody else posts it by now');
        return slack.chat.post(post);
      },
    };
    const desk = deskOn(chat, async () => true, 10_000, clock);
    void desk.handle({ signal, incident: signal.id, again: false, recorded: false });
    await clock.drive(clock.sleep(60_000));
    expect(slack.posts).toHaveLength(1);
    void desk.stop();
  });

  it('keeps its turn in a channel that takes one message after the other, and looks when that has come', async () => {
    const slack = fakeAlertChat();
    const clock = virtualClock();
    let isFree = Promise.resolve();
    const tries: boolean[] = [];
    const chat: AlertChat = {
      ...slack.chat,
      async post(post) {
        const turn = isFree.then(() => clock.sleep(1000));
        isFree = turn.catch(() => undefined);
        await turn;
        tries.push((await post.stillWanted?.()) ?? true);
        if (!tries.at(-1)) throw new Error('somebody else posts it by now');
        return slack.chat.post(post);
      },
    };
    const told = Array.from({ length: 12 }, (_, i) => {
      const delivery = {
        signal: { id: `77-${i}-c${i}`, cluster: `c${i}` },
        channel: 'alerts',
        message,
        again: false,
        stillOurs: async () => 'unknown' as const,
      };
      return deliver({ chat, clock, log: quietLog, stop: new AbortController().signal }, delivery);
    });
    await clock.drive(clock.sleep(5500));
    // Another bot has told one of those that still wait.
    await slack.chat.post({ channel: 'alerts', message, metadata: metadataOf({ id: '77-9-c9', cluster: 'c9' }) });
    const startedMs = clock.now();
    await clock.drive(Promise.all(told));
    expect(slack.twice()).toEqual([]);
    expect(slack.posts).toHaveLength(12);
    expect(tries.filter((wanted) => !wanted)).toHaveLength(1);
    expect(clock.now() - startedMs).toBeLessThan(8000);
  });

  it('prefers a duplicate to silence when the channel can not be read', async () => {
    const slack = fakeAlertChat();
    const looks: string[] = [];
    const chat: AlertChat = {
      ...slack.chat,
      async findPosted(_, { id }) {
        looks.push(id);
        throw new Error('missing_scope');
      },
    };
    const clock: Clock = { ...systemClock, sleep: async () => undefined };
    const stop = new AbortController().signal;
    const task = { signal, channel: 'alerts', message, again: true, stillOurs: async () => true };
    expect(await deliver({ chat, clock, log: quietLog, stop }, task)).toMatchObject({ channel: 'alerts' });
    expect(looks).toHaveLength(3);
    await until(() => slack.posts.length === 1);
  });
});
