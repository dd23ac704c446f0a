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
  const decided = decision?.step === step.id ? asDecided(decision, entry) : undefined;
  if (decided) return decided;
  if (!entry) return 'begin';
  if (entry.mark === 'done' || entry.mark === 'already' || entry.mark === 'skipped') return 'skip';
  if (entry.mark === 'failed') return 'ended';
  if (!step.act) return 'wait';
  return repeat(step.act.act) === 'harmless' ? 'repeat' : 'settle';
}

/** `undefined` when it was followed already: its step shows it. */
function asDecided(decision: Decision, entry: JournalEntry | undefined): Continuation | undefined {
  if (entry && entry.mark !== 'started') return undefined;
  if (decision.verb === 'skip') return 'leave out';
  return (entry?.againAtMs ?? Number.NEGATIVE_INFINITY) < decision.atMs ? 'again' : undefined;
}
