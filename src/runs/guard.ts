import type { StoredStep } from '../core/plan.ts';
import { formatDuration } from '../core/units.ts';
import { type Ended, hasActed, judge, type Work } from './step-work.ts';

/** A look at the cluster counts for so long; a worker that was frozen after it must look again, in a new run. */
const LOOK_COUNTS_MS = 10_000;
/** For reads and writes between the steps. */
const SLACK_MS = 60_000;

/**
 * The guards of an interrupting step, judged at this moment: an approval that still counts, the policy's times, and each `still`. One that does not hold
 * stops the run before the step.
 */
export async function guard(work: Work, step: StoredStep): Promise<Ended | undefined> {
  if (!step.still) return undefined;
  const late = approvalTooOld(work, step) ?? closedAfterHalt(work, step);
  if (late) return late;
  const atMs = work.clock.now();
  // All at once: clients behind a paused PgBouncer wait for them.
  const verdicts = await Promise.all(step.still.map(async (state) => ({ state, verdict: await judge(work, state, atMs) })));
  for (const { state, verdict } of verdicts) {
    if (verdict.holds) continue;
    const why = `stopped before '${step.title}': ${verdict.why}`;
    const drift = [{ approved: work.states.says(state), now: verdict.why }];
    return { state: hasActed(work) ? 'failed' : 'stale', why, drift };
  }
  return undefined;
}

/**
 * A run that people took out of a halt starts anew as far as windows and freezes go: they are judged before the first step that
 * interrupts after their decision. A run that did not halt is not stopped in the middle by the end of its window.
 */
function closedAfterHalt({ run, decision, logbook, closed }: Work, step: StoredStep): Ended | undefined {
  if (!decision) return undefined;
  const journal = logbook.journal();
  const begunSince = ({ id, still }: StoredStep) => {
    const { startedAtMs = 0, againAtMs = startedAtMs } = journal[id] ?? {};
    return still !== undefined && againAtMs >= decision.atMs;
  };
  if (run.plan.steps.some(begunSince)) return undefined;
  const why = closed();
  return why === undefined ? undefined : { state: 'halted', why: `stopped before '${step.title}': ${why}` };
}

/** Why a step whose guards held at `lookedAtMs` must not be begun any more; `undefined` when it may. */
export function heldUp({ clock }: Work, step: StoredStep, lookedAtMs: number): string | undefined {
  const away = clock.now() - lookedAtMs;
  if (!step.still || away <= LOOK_COUNTS_MS) return undefined;
  return `the worker was held up for ${formatDuration(away)} after its last look at the cluster, so it was not begun`;
}

/**
 * A run whose worker was lost for hours before anything was interrupted is no longer what was approved. In time is: begun before the
 * approval lapsed, and every step before this one within its own bound.
 */
function approvalTooOld(work: Work, step: StoredStep): Ended | undefined {
  const { run, clock } = work;
  if (hasActed(work)) return undefined;
  const before = run.plan.steps.slice(
    0,
    run.plan.steps.findIndex(({ id }) => id === step.id),
  );
  const latestMs = before.reduce((sum, { within }) => sum + within, run.expiresAtMs + SLACK_MS);
  if (clock.now() <= latestMs) return undefined;
  const why = `stopped before '${step.title}': its approval lapsed ${formatDuration(clock.now() - run.expiresAtMs)} ago`;
  return { state: 'stale', why };
}
