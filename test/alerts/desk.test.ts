import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../../src/alerts/evidence-of.ts';
import { refine } from '../../src/alerts/refine.ts';
import { createDesk } from '../../src/alerts/desk.ts';
import { metadataOf } from '../../src/alerts/ports.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Incident } from '../../src/core/incident.ts';
import type { Signal } from '../../src/core/signal.ts';
import { fakeAlertChat } from '../support/fake-alert-chat.ts';
import { quietLog } from '../support/quiet-log.ts';
import { until } from '../support/until.ts';

const lost = (revision: number): Signal => ({
  ...{ id: `77-${revision}-billing`, cluster: 'billing', revision, atMs: revision, kind: 'lost', cause: 'crash', from: 'pg1' },
  says: 'pg1 lost the leader key',
});

/** A desk on a store in memory. */
function setUp() {
  const slack = fakeAlertChat();
  const saved = new Map<string, Incident>();
  const noted: string[] = [];
  const desk = createDesk({
    ...{ chat: slack.chat, channel: 'alerts', clock: systemClock, log: quietLog, lookEveryMs: 10 },
    facts: {
      prove: async () => ({ primary: false, why: 'no database here' }),
      streaming: async () => ({ all: false, waitsFor: 'no database here' }),
      ourRun: async () => undefined,
      tellRun: async () => ({ channel: 'ops', ts: '0' }),
    },
    signals: {
      told: async (id) => void noted.push(id),
      position: async () => undefined,
      claim: async () => true,
      close: async () => undefined,
    },
    incidents: {
      save: async (incident) => void saved.set(incident.id, incident),
      load: async (id) => saved.get(id),
      open: async () => [],
      changed: async () => undefined,
    },
  });
  const tell = (signal: Signal, incident = signal.id, again = false) => desk.handle({ signal, incident, again, recorded: true });
  return { slack, saved, noted, desk, tell };
}

describe('an incident that another bot began', () => {
  it('goes on in its thread with a loss as well, for the probes may have opened it', async () => {
    const first = setUp();
    const silent: Signal = { ...lost(4), id: 'probe-1', kind: 'silent' };
    await first.tell(silent);
    const begun = first.saved.get('probe-1');
    const { slack, saved, tell } = setUp();
    if (begun) saved.set('probe-1', begun);
    await tell(lost(5), 'probe-1');
    expect(slack.posts).toMatchObject([{ signalId: lost(5).id, threadTs: begun?.ts }]);
  });
});

describe("a cluster's older incident", () => {
  it('ends when another bot tells the next change, for its leader will never be proven', async () => {
    const { desk, saved, tell } = setUp();
    await tell(lost(5));
    desk.overtaken(lost(9), lost(9).id);
    await until(() => saved.get(lost(5).id)?.resolvedAtMs !== undefined);
    expect(desk.owned()).toEqual([]);
  });

  it('that comes late from a dead bot is told and ends itself, not the newer one', async () => {
    const { desk, slack, saved, tell } = setUp();
    await tell(lost(9));
    await tell(lost(5), lost(5).id, true);
    await until(() => saved.get(lost(5).id)?.resolvedAtMs !== undefined);
    expect(slack.parents()).toHaveLength(2);
    expect(desk.owned()).toEqual([lost(9).id]);
    expect(saved.get(lost(9).id)?.resolvedAtMs).toBeUndefined();
  });
});

describe('a leader key that an old leader steals back', () => {
  const at = (seconds: number, signal: Partial<Signal>): Signal => ({
    ...lost(5),
    ...{ id: `77-${5 + seconds}-billing`, revision: 5 + seconds, atMs: 5 + seconds },
    ...signal,
  });
  const stolen = at(3, {
    ...{ kind: 'overwritten', cause: 'unknown', from: 'pg2', to: 'pg1' },
    says: 'pg1 wrote its name over the leader key of pg2',
  });

  it('gives the incident of the loss that name, which its end does not take back', async () => {
    const { saved, tell } = setUp();
    const id = lost(5).id;
    await tell(lost(5));
    await tell(at(1, { kind: 'led', from: 'pg1', to: 'pg2', says: 'pg2 took the leader key from pg1' }), id);
    await tell(stolen, id);
    expect(saved.get(id)).toMatchObject({ situation: 'leader-overwritten', from: 'pg2', to: 'pg1', severity: 'critical' });
    await tell(at(9, { kind: 'lost', cause: 'released', from: 'pg1', says: 'pg1 gave up the leader key' }), id);
    await tell(at(10, { kind: 'led', cause: 'released', from: 'pg1', to: 'pg3', says: 'pg3 took the leader key from pg1' }), id);
    const incident = saved.get(id);
    expect(incident).toMatchObject({ situation: 'leader-overwritten', from: 'pg1', to: 'pg3' });
    // As by a bot that took it over and saw none of its signals.
    const evidence = incident && evidenceOf(incident, [], {}, 99);
    expect(evidence && refine(evidence)?.says).toBe(stolen.says);
  });
});

describe('a signal that another bot told without the store', () => {
  it('is found in the thread of an older incident, where the store would not have put it', async () => {
    const { slack, noted, tell } = setUp();
    await tell(lost(5));
    const [parent] = slack.posts;
    const elsewhere = { channel: 'alerts', threadTs: parent?.ts ?? '', message: { summary: 'x', parts: [] } };
    await slack.chat.post({ ...elsewhere, metadata: metadataOf(lost(9)) });
    await tell(lost(9), lost(9).id, true);
    expect(slack.posts.filter(({ signalId }) => signalId === lost(9).id)).toHaveLength(1);
    expect(noted).toContain(lost(9).id);
    await tell(lost(12), lost(9).id);
    expect(slack.parents().map(({ signalId }) => signalId)).toEqual([lost(5).id, lost(12).id]);
  });
});

describe('what another bot told as an incident of its own, where the store has put it into an older one', () => {
  it('is found, and so is what that bot told in its thread', async () => {
    const { slack, tell } = setUp();
    await tell(lost(5));
    const other = { channel: 'alerts', message: { summary: 'x', parts: [] } };
    const parent = await slack.chat.post({ ...other, metadata: metadataOf(lost(9)) });
    await slack.chat.post({ ...other, threadTs: parent.ts, metadata: metadataOf(lost(12)) });
    await tell(lost(9), lost(5).id, true);
    await tell(lost(12), lost(5).id, true);
    expect(slack.posts.map(({ signalId }) => signalId)).toEqual([lost(5).id, lost(9).id, lost(12).id]);
  });
});

describe('a new leader that another bot told before it died', () => {
  it('is found in the thread that it began, though the store knows nothing of that', async () => {
    const { slack, tell } = setUp();
    const post = { channel: 'alerts', message: { summary: 'x', parts: [] } };
    const parent = await slack.chat.post({ ...post, metadata: metadataOf(lost(5)) });
    const led: Signal = { ...lost(6), kind: 'led', to: 'pg2', says: 'pg2 took the leader key from pg1' };
    await slack.chat.post({ ...post, threadTs: parent.ts, metadata: metadataOf(led) });
    await tell(led, led.id, true);
    expect(slack.posts.filter(({ signalId }) => signalId === led.id)).toHaveLength(1);
  });
});

describe('a signal that comes to a desk twice', () => {
  it('is posted once while it is being told, for a sweep may find in the outbox what a commit has just put there', async () => {
    const { desk, slack, tell } = setUp();
    const task = { signal: lost(5), incident: lost(5).id, recorded: true };
    await Promise.all([desk.handle({ ...task, again: true }), desk.handle({ ...task, again: false })]);
    await tell(lost(6), lost(5).id);
    expect(slack.posts.map(({ signalId }) => signalId)).toEqual([lost(5).id, lost(6).id]);
  });

  it('is not called unrecorded any more when the store turns out to have it', async () => {
    const { desk, slack, saved } = setUp();
    const task = { signal: lost(5), incident: lost(5).id, again: false };
    await desk.handle({ ...task, recorded: false });
    await desk.handle({ ...task, again: true, recorded: true });
    expect(saved.get(lost(5).id)?.recorded).toBe(true);
    expect(slack.posts).toHaveLength(1);
  });

  it('is noted as told instead of posted again when the store missed the first note', async () => {
    const { slack, noted, tell } = setUp();
    await tell(lost(5));
    await tell(lost(5), lost(5).id, true);
    expect(slack.posts).toHaveLength(1);
    expect(noted).toEqual([lost(5).id, lost(5).id]);
  });
});
