import { anyPolicy } from '../support/any-policy.ts';
import { describe, expect, it } from 'vitest';
import type { Run, Vote } from '../../src/core/run.ts';
import { createAttempts } from '../../src/runs/attempt.ts';
import type { Word } from '../../src/runs/needs.ts';
import { engineOf } from '../support/engine-of.ts';

const vote = (userId: string, via?: Vote['via']): Vote => ({
  ...{ userId, userName: userId, verdict: 'approve', atMs: 1 },
  ...(via ? { via } : {}),
});

/** Whose word is asked for on whom before the first step of such a run, and how it ends when Slack alone can't be asked. */
async function asked(changes: Partial<Run>) {
  const { clock, needs, reins, store } = await engineOf(changes);
  const words: string[] = [];
  const gateOf = (word: Word) => ({
    async lacks(userId: string) {
      words.push(`${userId} ${word}`);
      if (word === 'slack') throw new Error('Slack is down');
      return undefined;
    },
  });
  const gate = { ...gateOf('slack'), by: gateOf, policy: anyPolicy, reasonFlaw: () => undefined, closed: () => undefined };
  await clock.drive(createAttempts({ ...needs, gate })(store.now().run.id, reins));
  return { words, state: store.now().run.state };
}

const requester = { userId: 'U0ASKER', userName: 'ola', teamId: 'T0TEAM' };

describe('whose word counts before the first step', () => {
  it('is Slack’s alone for what was asked and approved there, so that nothing starts while it is down', async () => {
    expect(await asked({ requester, votes: [vote('U0ANNA')] })).toEqual({ words: ['U0ASKER slack'], state: 'failed' });
  });

  it('may be its last word for what was asked and approved at the command line', async () => {
    const { words, state } = await asked({ requester: { ...requester, via: 'cli' }, votes: [vote('U0ANNA', 'cli')] });
    expect(words).toEqual(['U0ASKER cli', 'U0ANNA cli']);
    expect(state).toBe('succeeded');
  });

  it('may be its last word on who asked in Slack, once others have approved without Slack', async () => {
    const { words, state } = await asked({ requester, votes: [vote('U0ANNA', 'cli')] });
    expect(words).toEqual(['U0ASKER last-known', 'U0ANNA cli']);
    expect(state).toBe('succeeded');
  });

  it('is the one of their way in for who started without approval, also about the groups that may', async () => {
    const { clock, needs, reins, store } = await engineOf({
      requester: { ...requester, via: 'cli' },
      approvalsNeeded: 0,
      votes: [],
      breakGlass: { reviewDueAtMs: 4_000_000_000_000 },
    });
    const words: unknown[] = [];
    const breakGlass = {
      lacks: async (...[userId, , via]: unknown[]): Promise<undefined> => void words.push(`${userId} ${via}`),
    };
    await clock.drive(createAttempts({ ...needs, breakGlass })(store.now().run.id, reins));
    expect(words).toEqual(['U0ASKER cli']);
    expect(store.now().run.state).toBe('succeeded');
  });

  it('is Slack’s for a vote from Slack, also beside one of the command line', async () => {
    const { words, state } = await asked({ requester, votes: [vote('U0ADAM'), vote('U0ANNA', 'cli')], approvalsNeeded: 2 });
    expect(words).toContain('U0ADAM slack');
    expect(state).toBe('failed');
  });
});
