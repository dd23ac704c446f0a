import type { StoredStep } from '../core/plan.ts';
import type { JournalEntry } from '../core/run.ts';
import type { Ended, Work } from './step-work.ts';

/** Marks a step done at this moment; the debts that its act pays are gone. */
export async function finishStep(work: Work, step: StoredStep, entry: JournalEntry, note: string): Promise<void> {
  await work.logbook.mark(step, { ...kept(work, step, entry), mark: 'done', endedAtMs: work.clock.now(), note });
  if (step.act) await work.pay(work.acts.pays(step.act));
}

/** Marks a step failed at this moment; the run fails with it. */
export async function failStep(work: Work, step: StoredStep, entry: JournalEntry, why: string): Promise<Ended> {
  await work.logbook.mark(step, { ...kept(work, step, entry), mark: 'failed', endedAtMs: work.clock.now(), note: why });
  return { state: 'failed', why: `'${step.title}' failed: ${why}` };
}

function kept({ logbook }: Work, step: StoredStep, entry: JournalEntry): JournalEntry {
  return logbook.journal()[step.id] ?? entry;
}
