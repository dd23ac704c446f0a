import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { StoredStep } from '../core/plan.ts';
import type { Decision, Run } from '../core/run.ts';
import { notYet, type Verdict } from '../core/verdict.ts';
import type { View } from '../core/view.ts';
import { Interrupted } from './attempt-errors.ts';
import type { Logbook } from './logbook.ts';
import type { Acts, DebtStore, States, StoredState } from './needs.ts';

/** All that one attempt works with. */
export interface Work {
  readonly run: Run;
  readonly logbook: Logbook;
  readonly view: View;
  readonly acts: Acts;
  readonly states: States;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when this worker no longer holds the job: stop at once. */
  readonly signal: AbortSignal;
  /** True when the worker drains: stop before the next effect. */
  readonly draining: () => boolean;
  /** Who wants the run stopped, looked up now. */
  readonly cancelledBy: () => Promise<string | undefined>;
  /** What people decided about the halt before this attempt. */
  readonly decision: Decision | undefined;
  /** Why the policy lets nothing start now; a clause. */
  readonly closed: () => string | undefined;
  readonly debts: Pick<DebtStore, 'record'>;
  /** Writes down that debts are gone. */
  readonly pay: (ids: readonly string[]) => Promise<void>;
}

/** How a run ends at a step that does not reach its state. */
export interface Ended {
  readonly state: 'stale' | 'failed' | 'halted' | 'cancelled';
  readonly why: string;
  /** What was approved beside what is now. */
  readonly drift?: readonly { readonly approved: string; readonly now: string }[];
}

/** @throws Interrupted when this attempt has to stop here. */
export function goOn({ run, signal, draining }: Work): void {
  if (signal.aborted || draining()) throw new Interrupted(run.id);
}

/** The verdict on a state; one that can't be had is 'not yet', with its reason. */
export async function judge({ states, view }: Work, state: StoredState, sinceMs: number): Promise<Verdict> {
  try {
    return await states.judge(state, view, sinceMs);
  } catch (error) {
    return notYet(`it could not be read: ${asError(error).message}`);
  }
}

/** True when an act that must not happen twice may have happened in this run. */
export function hasActed({ run, logbook, acts }: Work): boolean {
  const journal = logbook.journal();
  return run.plan.steps.some(({ id, act }) => {
    const mark = journal[id]?.mark;
    return act !== undefined && acts.repeat(act.act) === 'never' && (mark === 'started' || mark === 'done');
  });
}

const EXPLAIN_MS = 5000;

/** Notes the lines of the acted-on host's log that say why a step hangs or failed; that they can't be had stops nothing. */
export async function explain(work: Work, step: StoredStep, sinceMs: number): Promise<void> {
  if (!step.act) return;
  try {
    const lines = await work.acts.explain(step.act, sinceMs, AbortSignal.any([work.signal, AbortSignal.timeout(EXPLAIN_MS)]));
    if (lines.length > 0) await work.logbook.note(step, { lines: [...lines] });
  } catch (error) {
    if (error instanceof Error && error.name === 'Fenced') throw error;
    work.log.warn('the log of the host could not be read', { step: step.id, error: asError(error).message });
  }
}
