import { describe, expect, it } from 'vitest';
import { filedJournal } from '../../src/compose/filed-journal.ts';
import { unreachable } from '../../src/core/errors.ts';
import type { JournalEntry } from '../../src/core/run.ts';
import { engineOf } from '../support/engine-of.ts';
import { createAttempts } from '../../src/runs/attempt.ts';
import { factsOf } from '../support/store-of.ts';

/** A journal and a file that note the order in which they are used. */
function watched(writable: () => void = () => undefined) {
  const order: string[] = [];
  const journal = filedJournal(
    {
      read: async () => ({}),
      async write({ entry }) {
        order.push(`journal ${entry.mark}`);
        return 'written';
      },
    },
    async () => {
      order.push('file');
      writable();
    },
  );
  return { order, journal };
}
const markOf = (mark: JournalEntry['mark']) => ({
  ...{ run: 'r1', epoch: 1, step: 'switchover', audit: factsOf() },
  entry: { mark, startedAtMs: 1 },
});

describe('the journal of a run whose audit log has a file', () => {
  it('says that a step is begun only once the file holds that it is', async () => {
    const { order, journal } = watched();
    await journal.write(markOf('started'));
    expect(order).toEqual(['file', 'journal started', 'file']);
  });

  it('marks nothing as begun while the file can not be written', async () => {
    const { order, journal } = watched(() => {
      throw unreachable('the disk is full', 'Make room.');
    });
    await expect(journal.write(markOf('started'))).rejects.toThrow('the disk is full');
    expect(order).toEqual(['file']);
  });

  it('writes down the end of a step without waiting, because what was done stays done', async () => {
    const { order, journal } = watched();
    await journal.write(markOf('done'));
    expect(order).toEqual(['journal done']);
  });
});

it('does no act while the file can not be written, and takes the run up when it can', async () => {
  const { world, store, clock, needs, reins } = await engineOf();
  let full = true;
  const filed = filedJournal(store.journal, async () => {
    if (full) throw unreachable('the disk is full', 'Make room.');
  });
  const attempt = createAttempts({ ...needs, journal: filed });
  await expect(clock.drive(attempt(store.now().run.id, reins))).rejects.toThrow(/disk is full/);
  expect(world.acted, 'nothing was done').toEqual([]);
  expect(store.now().journal).toEqual({});
  full = false;
  await clock.drive(attempt(store.now().run.id, reins));
  expect(store.now().run.state).toBe('succeeded');
});
