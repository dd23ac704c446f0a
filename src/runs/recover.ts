import type { StoredStep } from '../core/plan.ts';
import type { JournalEntry } from '../core/run.ts';

/**
 * How an attempt goes on with a step, by what earlier attempts wrote down. `settle`: an act that must not happen twice was begun
 * and nobody wrote how it ended, so it is never performed again and `until` alone tells.
 */
export type Continuation = 'begin' | 'skip' | 'ended' | 'wait' | 'repeat' | 'settle';

/** Reads one step of the journal of a run that may have lost its worker at any point. */
export function howToContinue(
  step: StoredStep,
  entry: JournalEntry | undefined,
  repeat: (act: string) => 'harmless' | 'never',
): Continuation {
  if (!entry) return 'begin';
  if (entry.mark === 'done' || entry.mark === 'already') return 'skip';
  if (entry.mark === 'failed') return 'ended';
  if (!step.act) return 'wait';
  return repeat(step.act.act) === 'harmless' ? 'repeat' : 'settle';
}
