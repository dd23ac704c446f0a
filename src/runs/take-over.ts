import type { Run } from '../core/run.ts';
import type { JournalStore, LockHolder, RunStore } from './needs.ts';
import { standsAt } from './stands-at.ts';

type TakenOver = NonNullable<Run['takesOver']>;

/**
 * What an emergency would take over: each run that holds a lock it needs, with what that leaves open, for the approver to read. An
 * effect that was begun may still come, because nobody can call it back.
 */
export async function planTakeOver(
  { runs, journal }: { readonly runs: Pick<RunStore, 'get'>; readonly journal: Pick<JournalStore, 'read'> },
  held: readonly LockHolder[],
): Promise<TakenOver> {
  const ids = [...new Set(held.map(({ run }) => run))];
  return Promise.all(ids.map(async (id) => ({ run: id, leavesOpen: await leavesOpen({ runs, journal }, id) })));
}

async function leavesOpen(
  { runs, journal }: { readonly runs: Pick<RunStore, 'get'>; readonly journal: Pick<JournalStore, 'read'> },
  id: string,
): Promise<string> {
  const run = await runs.get(id);
  if (!run) return 'nothing is known of it any more';
  const entries = await journal.read(id);
  const step = standsAt(run, entries);
  if (!step) return 'all its steps are done';
  const begun = entries[step.id] !== undefined;
  if (begun && step.act) return `'${step.title}' was begun and may still take effect`;
  return begun ? `it waits in '${step.title}'` : `it stands before '${step.title}'`;
}
