import { describe, expect, it } from 'vitest';
import { createAlertFacts } from '../../src/compose/alert-facts.ts';
import type { Journal, Run } from '../../src/core/run.ts';
import { fakeView } from '../support/fake-world.ts';
import { runOf } from '../support/run-of.ts';

const at = { startedAtMs: 0, endedAtMs: 1 };
const asked: Journal = { checkpoint: { mark: 'done', ...at }, switchover: { mark: 'started', startedAtMs: 0 } };
const change = { cluster: 'billing', from: 'pg1', to: 'pg2', timeline: 4 };

function ourRun(changes: Partial<Run>, journal: Journal) {
  const run = runOf({ state: 'running', messageTs: '1.1', ...changes });
  const chat = { post: () => Promise.reject(new Error('not posted in this test')) };
  return createAlertFacts({
    view: fakeView(),
    runs: { list: async () => [run], get: async () => run },
    journal: { read: async () => journal },
    chat,
  }).ourRun(change);
}

describe('a leader change is our own', () => {
  it('once its run has asked for it, also just after the run has ended', async () => {
    expect(await ourRun({}, asked)).toBe('r4k2m9xq');
    expect(await ourRun({ state: 'succeeded', endedAtMs: 0 }, asked)).toBe('r4k2m9xq');
  });

  it('but not while its run has only prepared: somebody else did it, and that alarms', async () => {
    expect(await ourRun({}, { checkpoint: { mark: 'started', startedAtMs: 0 } })).toBeUndefined();
  });

  it.each(['denied', 'withdrawn', 'expired', 'stale'] as const)(
    'nor just after the request was %s: a change by hand must not hide behind it',
    async (state) => {
      expect(await ourRun({ state, endedAtMs: 0 }, {})).toBeUndefined();
    },
  );

  it('nor after Patroni refused it', async () => {
    const refused: Journal = { switchover: { mark: 'failed', ...at } };
    expect(await ourRun({ state: 'failed', endedAtMs: 0 }, refused)).toBeUndefined();
  });

  it('nor when the run has no message yet in whose thread it could be told', async () => {
    expect(await ourRun({ messageTs: '' }, asked)).toBeUndefined();
  });

  it('nor when it differs from the plan', async () => {
    expect(await ourRun({ input: { cluster: 'billing', to: 'pg3' } }, asked)).toBeUndefined();
  });
});
