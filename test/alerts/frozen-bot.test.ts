import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createOwnRuns } from '../../src/alerts/own-run.ts';
import { type AlertChat, metadataOf } from '../../src/alerts/ports.ts';
import { createRecorder } from '../../src/alerts/recorder.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import type { Signal } from '../../src/core/signal.ts';
import { fakeAlertChat } from '../support/fake-alert-chat.ts';
import { deskOn } from '../support/lone-desk.ts';
import { quietLog } from '../support/quiet-log.ts';
import { until } from '../support/until.ts';

const signal: Signal = {
  ...{ id: '77-5-billing', cluster: 'billing', revision: 5, atMs: 5, kind: 'lost', cause: 'planned', from: 'pg1' },
  says: 'pg1 lost the leader key',
};
const message = { summary: 'x', parts: [] };

/** The first sleep is over as soon as it begins, as after a freeze: the timer is due, the answers are not read yet. */
function thawedClock(): Clock {
  let thawing = true;
  return {
    ...systemClock,
    async sleep(millis, stop) {
      if (thawing) thawing = false;
      else await systemClock.sleep(millis, stop);
    },
  };
}

describe('a bot that was frozen and goes on', () => {
  it('does not take an answer that it has not read yet for a silent store, and so leaves the signal to its teller', async () => {
    const handled: string[] = [];
    const recorder = createRecorder({
      ...{ watch: 'w', clock: thawedClock(), log: quietLog, mark: async (signals) => signals },
      store: {
        async commit({ signals }) {
          await delay(5);
          return signals.map((each) => ({ signal: each, incident: each.id, verdict: 'theirs', again: false }));
        },
      },
      desk: {
        handle: async (task) => void handled.push(task.signal.id),
        recorded: async () => undefined,
        movedTo: async () => undefined,
        overtaken: () => undefined,
      },
    });
    recorder.add({ clusterId: '77', revision: 5, states: {} }, [signal]);
    await recorder.tick();
    await delay(20);
    expect(handled).toEqual([]);
  });

  it('still knows its own run by an answer that it has not read yet', async () => {
    const ourRun = async () => {
      await delay(5);
      return 'r4k2m9xq';
    };
    const marked = await createOwnRuns({ ourRun }, thawedClock()).mark([signal]);
    expect(marked).toMatchObject([{ run: 'r4k2m9xq' }]);
  });

  it('posts nothing of an incident that another bot took over meanwhile, although posts of it were waiting', async () => {
    const { slack, chat, waits, open, tries } = heldUp();
    const desk = deskOn(chat, async () => false);
    const told = desk.handle({ signal, incident: signal.id, again: false, recorded: true });
    await until(waits);
    desk.renewed([signal.id], [signal.id], Date.now());
    open();
    await told;
    expect(tries).toEqual([false]);
    expect(slack.posts).toEqual([]);
    await desk.stop();
  });

  it('leaves what happened to the cluster later to the bot that took over what came before', async () => {
    const { slack, chat, waits, open } = heldUp();
    const desk = deskOn(chat, async () => true);
    const next: Signal = { ...signal, id: '77-7-billing', kind: 'overwritten' };
    const told = [signal, next].map((each) => desk.handle({ signal: each, incident: each.id, again: false, recorded: true }));
    await until(waits);
    desk.renewed([signal.id], [signal.id], Date.now());
    open();
    await Promise.all(told);
    expect(slack.posts).toEqual([]);
    expect(desk.owned()).toEqual([]);
    await desk.stop();
  });

  it('looks for what waits to be posted when its claim had run out and the store does not say whose it is now', async () => {
    const { slack, chat, waits, open } = heldUp();
    const desk = deskOn(chat, async () => Promise.reject(new Error('connection refused')), 50);
    const told = desk.handle({ signal, incident: signal.id, again: false, recorded: true });
    await until(waits);
    await delay(60);
    await slack.chat.post({ channel: 'alerts', message, metadata: metadataOf(signal) });
    open();
    await told;
    expect(slack.posts).toHaveLength(1);
    await desk.stop();
  });
});

/** A workspace that lets posts wait until `open`, as one that limits the rate does. */
function heldUp() {
  const slack = fakeAlertChat();
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const tries: boolean[] = [];
  let waiting = false;
  const chat: AlertChat = {
    ...slack.chat,
    async post(post) {
      waiting = true;
      await opened;
      const wanted = (await post.stillWanted?.()) ?? true;
      tries.push(wanted);
      if (!wanted) throw new Error('somebody else posts it by now');
      return slack.chat.post(post);
    },
  };
  return { slack, chat, tries, waits: () => waiting, open: () => open() };
}

describe('a bot that tells', () => {
  it('asks nobody whether it may go on when the store is away: then nobody can take over', async () => {
    const slack = fakeAlertChat();
    const desk = deskOn(slack.chat, async () => Promise.reject(new Error('connection refused')), 0);
    await desk.handle({ signal, incident: signal.id, again: false, recorded: true });
    expect(slack.posts).toHaveLength(1);
    await desk.stop();
  });

  it('looks again for what it could not record when Slack has made it wait, for another bot may have told it meanwhile', async () => {
    const { slack, chat, waits, open } = heldUp();
    let laterMs = 0;
    const sleep: Clock['sleep'] = (millis, stop) => systemClock.sleep(Math.min(millis, 20), stop);
    const clock = { ...systemClock, sleep, now: () => Date.now() + laterMs };
    const desk = deskOn(chat, async () => true, 6000, clock);
    const told = desk.handle({ signal, incident: signal.id, again: false, recorded: false });
    await until(waits);
    await slack.chat.post({ channel: 'alerts', message, metadata: metadataOf(signal) });
    laterMs = 10_000;
    open();
    await told;
    expect(slack.posts).toHaveLength(1);
    await desk.stop();
  });

  it('looks first for what it could not record, for another bot may have told it', async () => {
    const slack = fakeAlertChat();
    await slack.chat.post({
      ...{ channel: 'alerts', message },
      metadata: metadataOf(signal),
    });
    const desk = deskOn(slack.chat, async () => true);
    await desk.handle({ signal, incident: signal.id, again: false, recorded: false });
    expect(slack.posts).toHaveLength(1);
    await desk.stop();
  });
});
