import { describe, expect, it } from 'vitest';
import { createAnnouncer } from '../../src/compose/announcer.ts';
import { plain } from '../../src/core/message.ts';
import type { Message } from '../../src/core/message.ts';
import type { Run } from '../../src/core/run.ts';
import { memoryStore } from '../support/memory-store.ts';
import { quietLog } from '../support/quiet-log.ts';
import { runOf } from '../support/run-of.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** A channel that every process posts to, and one announcer on it. */
function announcerOn(first: Run, inChannel: string[] = [], known = new Set<string>()) {
  const copied: string[] = [];
  const told: string[] = [];
  const store = memoryStore(first);
  const clock = virtualClock();
  const shown: string[] = [];
  const counted: string[] = [];
  const show = ({ parts }: Message) => {
    const [head] = parts;
    shown.push(head && 'title' in head ? plain(head.title).replace(/[:,].*/s, '') : '');
  };
  const announce = createAnnouncer({
    chat: {
      async post({ channel, message }) {
        inChannel.push(`ts${inChannel.length}`);
        show(message);
        return { channel, ts: `ts${inChannel.length - 1}` };
      },
      update: ({ message }) => show(message),
      findPosted: async (channel) => (inChannel[0] === undefined ? undefined : { channel, ts: inChannel[0] }),
    },
    runs: store.runs,
    journal: store.journal,
    couldApprove: async () => ({ people: [], more: false }),
    copies: {
      send: async ({ state }) => void copied.push(`sent ${state}`),
      follow: async ({ state }) => void copied.push(`shows ${state}`),
    },
    messenger: { inThread: (_run, { parts: [line] }) => void told.push(line && 'line' in line ? plain(line.line) : '') },
    seen: { seenBefore: async (what) => known.has(what) || !known.add(what) },
    changed: ({ state }) => counted.push(state),
    clock,
    log: quietLog,
  });
  return { announce, store, clock, shown, counted, inChannel, copied, told };
}

describe("a run's message", () => {
  it('is posted once and remembered', async () => {
    const { announce, store, inChannel } = announcerOn(runOf());
    await Promise.all([announce(runOf(), {}), announce(runOf(), {})]);
    expect(inChannel).toEqual(['ts0']);
    expect(store.now().run.messageTs).toBe('ts0');
  });

  it('is found again, not posted twice, when the process that posted it died before it noted where', async () => {
    const { announce, store, inChannel, shown } = announcerOn(runOf({ state: 'expired', revision: 2 }), ['ts0']);
    await announce(store.now().run, {});
    expect(inChannel).toEqual(['ts0']);
    expect(shown).toEqual(['Expired']);
    expect(store.now().run.messageTs).toBe('ts0');
  });

  it('shows the newest state in the end, although an edit of an older one came late', async () => {
    const ended = runOf({ state: 'stale', messageTs: 'ts0', why: 'the cluster is not what was approved' });
    const { announce, clock, shown } = announcerOn(ended);
    await announce(runOf({ state: 'queued', messageTs: 'ts0' }), {});
    await clock.drive(clock.sleep(60_000));
    expect(shown.at(0)).toMatch(/Approved|Queued/);
    expect(shown.at(-1)).toBe('Stale');
  });

  it('counts a state once, however often it is edited', async () => {
    const { announce, counted } = announcerOn(runOf({ state: 'running', messageTs: 'ts0' }));
    const run = runOf({ state: 'running', messageTs: 'ts0' });
    await announce(run, {});
    await announce(run, { checkpoint: { mark: 'started', startedAtMs: 0 } });
    expect(counted).toEqual(['running']);
  });

  it('counts nothing when an ended run is shown again, for its review or because it was asked again', async () => {
    const { announce, counted } = announcerOn(runOf({ state: 'expired', messageTs: 'ts0' }));
    await announce(runOf({ state: 'expired', messageTs: 'ts0' }), {});
    await announce(runOf({ state: 'expired', messageTs: 'ts0', askedAgainAs: 'r2222222' }), {});
    expect(counted).toEqual(['expired']);
  });
});

describe('beside the message', () => {
  it('copies are sent for a new request that waits for others, and follow what is decided, not every step', async () => {
    const { announce, copied, store } = announcerOn(runOf());
    await announce(store.now().run, {});
    await until(() => copied.length === 1);
    const running = runOf({ state: 'running', messageTs: 'ts0' });
    await announce(running, {});
    await announce(running, { checkpoint: { mark: 'started', startedAtMs: 0 } });
    await announce(runOf({ state: 'failed', messageTs: 'ts0', why: 'x' }), {});
    await until(() => copied.length === 3);
    expect(copied).toEqual(['sent pending', 'shows running', 'shows failed']);
  });

  it('copies are sent by the process that shows the request when the one that posted it died before it sent any', async () => {
    const found = announcerOn(runOf({ revision: 2 }), ['ts0']);
    await found.announce(found.store.now().run, {});
    await until(() => found.copied.length === 1);
    expect([found.inChannel, found.copied]).toEqual([['ts0'], ['sent pending']]);
  });

  it('nobody gets a copy of what its asker alone confirms', async () => {
    const own = runOf({ approvalsNeeded: 0, confirmByAsker: true });
    const { announce, copied, inChannel } = announcerOn(own);
    await announce(own, {});
    await until(() => copied.length === 1);
    expect([inChannel, copied]).toEqual([['ts0'], ['shows pending']]);
  });

  it('the asker is told each news once, although two processes bring it', async () => {
    const known = new Set<string>();
    const [bot, worker] = [announcerOn(runOf(), ['ts0'], known), announcerOn(runOf(), ['ts0'], known)];
    const votes: Run['votes'] = [{ userId: 'U1', userName: 'ann', verdict: 'approve', atMs: 1 }];
    const queued = runOf({ state: 'queued', messageTs: 'ts0', votes });
    const done = runOf({ state: 'succeeded', messageTs: 'ts0', votes, report: { says: 'pg2 leads', lines: [] } });
    for (const run of [queued, done]) await Promise.all([bot.announce(run, {}), worker.announce(run, {})]);
    await until(() => bot.told.length + worker.told.length === 2);
    expect([...bot.told, ...worker.told].sort()).toEqual([
      '@U0ASKER: run r4k2m9xq approved by @U1; it starts now.',
      '@U0ASKER: run r4k2m9xq succeeded: pg2 leads',
    ]);
  });
});
