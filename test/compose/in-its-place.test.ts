import { describe, expect, it } from 'vitest';
import { createInItsPlace } from '../../src/compose/in-its-place.ts';
import type { Asker } from '../../src/core/person.ts';
import type { Run } from '../../src/core/run.ts';
import { runOf } from '../support/run-of.ts';

const askerIn = (channelId: string, userId = 'U0ANNA'): Asker => ({
  userId,
  userName: userId,
  teamId: 'T0',
  channelId,
  via: 'slack',
});

function place(changes: Partial<Run> = {}) {
  const audited: string[] = [];
  const run = runOf(changes);
  const inItsPlace = createInItsPlace({
    runs: { get: async (id) => (id === run.id ? run : undefined) },
    copies: { of: async () => [{ userId: 'U0ANNA', channelId: 'D0ANNA', ts: '1.1' }] },
    ops: 'C0OPSCHAN',
    refused: async ({ why }) => void audited.push(why),
  });
  return { inItsPlace, audited, run };
}

describe('a click on a run', () => {
  it('counts in the channel of the run and in the copy of the person who was sent one', async () => {
    const { inItsPlace, audited, run } = place();
    await inItsPlace(run.id, askerIn(run.channelId));
    await inItsPlace(run.id, askerIn('D0ANNA'));
    expect(audited).toEqual([]);
  });

  it('does not count in another channel or in the copy of somebody else, and is audited', async () => {
    const { inItsPlace, audited, run } = place();
    for (const asker of [askerIn('C0OTHER'), askerIn('D0ANNA', 'U0ADAM'), askerIn('')])
      await expect(inItsPlace(run.id, asker)).rejects.toThrow('do not stand here');
    expect(audited).toHaveLength(3);
  });

  it('counts in the operators channel for a run without approval, whose overdue review is told there with a button', async () => {
    const { inItsPlace, run } = place({ breakGlass: { reviewDueAtMs: 1 } });
    await inItsPlace(run.id, askerIn('C0OPSCHAN'));
    await expect(place().inItsPlace(run.id, askerIn('C0OPSCHAN'))).rejects.toThrow('do not stand here');
  });

  it('is left to the ledger when there is no such run, so that both are told in the same words', async () => {
    const { inItsPlace } = place();
    await inItsPlace('r0000000', askerIn('C0OTHER'));
    await inItsPlace('__proto__', askerIn('C0OTHER'));
  });
});
