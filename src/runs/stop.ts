import type { StoredStep } from '../core/plan.ts';
import type { JournalEntry } from '../core/run.ts';
import { claimOf } from './claim.ts';
import { failStep } from './settle-step.ts';
import type { Ended, Work } from './step-work.ts';

/**
 * Ends the run before a step, when somebody wants it stopped. A step whose act was begun is settled first, because nobody may be
 * told 'stopped' while its effect still comes.
 */
export async function stopBefore(work: Work, step: StoredStep, entry: JournalEntry | undefined): Promise<Ended | undefined> {
  if (entry && step.act) return undefined;
  const by = await work.cancelledBy();
  if (by === undefined) return undefined;
  return stopped(entry ? `stopped while it waited in '${step.title}'` : `stopped before '${step.title}'`, by);
}

/**
 * Ends the run in the middle of a step: a wait at once; an act that can be ended when it was looked that it is gone. An act that can't
 * be ended goes on, and the run stops after it.
 */
export async function stopDuring(work: Work, step: StoredStep, entry: JournalEntry): Promise<Ended | undefined> {
  const by = await work.cancelledBy();
  if (by === undefined) return undefined;
  if (!step.act) return stopped(`stopped while it waited in '${step.title}'`, by);
  const context = { claim: claimOf(work.run, step.id), signal: work.signal };
  const end = work.acts.canBeEnded(step.act.act) ? await work.acts.end(step.act, context) : undefined;
  if (end?.gone) {
    await failStep(work, step, entry, `ended on request and looked at: ${end.says}`);
    return stopped(`'${step.title}' was ended and checked to be gone (${end.says})`, by);
  }
  const why = end ? `it was told to end and is not gone yet: ${end.says}` : CANNOT_BE_INTERRUPTED;
  await work.logbook.note(step, { note: why });
  return undefined;
}

/** For the person who cancels, and for the step's line. */
export const CANNOT_BE_INTERRUPTED = "it can't be interrupted; the run stops after it";

function stopped(what: string, by: string): Ended {
  return { state: 'cancelled', why: `${what}, as ${by} asked` };
}
