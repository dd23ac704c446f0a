import type { StoredStep } from '../core/plan.ts';
import type { Decision, JournalEntry } from '../core/run.ts';

/**
 * How an attempt goes on with a step, by what earlier attempts wrote down. `settle`: an act that must not happen twice was begun
 * and nobody wrote how it ended: `until` and its claim at the target tell. `again` and `leave out`: people decided so.
 */
export type Continuation = 'begin' | 'skip' | 'ended' | 'wait' | 'repeat' | 'settle' | 'again' | 'leave out';

/** Reads one step of the journal of a run that may have lost its worker at any point. */
export function howToContinue(
  step: StoredStep,
  entry: JournalEntry | undefined,
  repeat: (act: string) => 'harmless' | 'never',
  decision?: Decision,
): Continuation {
  if (decision?.step === step.id && (entry === undefined || entry.mark === 'started'))
    return decision.verb === 'skip' ? 'leave out' : 'again';
  if (!entry) return 'begin';
  if (entry.mark === 'done' || entry.mark === 'already' || entry.mark === 'skipped') return 'skip';
  if (entry.mark === 'failed') return 'ended';
  if (!step.act) return 'wait';
  return repeat(step.act.act) === 'harmless' ? 'repeat' : 'settle';
}
