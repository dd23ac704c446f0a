import type { StoredStep } from '../core/plan.ts';
import type { JournalEntry } from '../core/run.ts';
import type { Verdict } from '../core/verdict.ts';
import { lookPauseMs } from './look-pause.ts';
import { failStep, finishStep } from './settle-step.ts';
import { type Ended, explain, goOn, hasActed, judge, type Work } from './step-work.ts';
import { stopDuring } from './stop.ts';

const SLOW_MS = 15_000;
/** A resumed step whose time is over is still looked at for so long, because the worker may have been away. */
const GRACE_MS = 10_000;

/** What went wrong before a step is settled, if anything did. */
export interface Before {
  readonly problem?: string;
  /** An earlier worker was lost in it, and may only be frozen: nobody may say that its effect will not come. */
  readonly workerLost?: boolean;
}

/**
 * Waits until a begun step's state holds and marks it done.
 * @returns how the run ends when the state can't be reached (failed) or is not reached in time (halted once something that must
 * not happen twice was begun, failed otherwise).
 */
export async function settle(work: Work, step: StoredStep, entry: JournalEntry, before: Before = {}): Promise<Ended | undefined> {
  const verdict = await poll(work, step, entry);
  if ('state' in verdict) return verdict;
  if (verdict.holds) {
    await finishStep(work, step, entry, verdict.says);
    return undefined;
  }
  await explain(work, step, entry.startedAtMs);
  const why = [before.problem, verdict.why].filter(Boolean).join('; ');
  if (verdict.impossible && !before.workerLost) return failStep(work, step, entry, why);
  if (!hasActed(work)) return failStep(work, step, entry, `not reached in time: ${why}`);
  await work.logbook.note(step, { note: why });
  return { state: 'halted', why: `${openWords(work, step)}: ${why}` };
}

async function poll(work: Work, step: StoredStep, entry: JournalEntry): Promise<Verdict | Ended> {
  if (!step.until) return { holds: true, says: 'done' };
  const { clock, logbook } = work;
  const { startedAtMs } = entry;
  const deadline = Math.max((entry.againAtMs ?? startedAtMs) + step.within, clock.now() + Math.min(step.within, GRACE_MS));
  const lookedSinceMs = clock.now();
  for (let explained = false; ; ) {
    const verdict = await judge(work, step.until, startedAtMs);
    if (verdict.holds || verdict.impossible || clock.now() >= deadline) return verdict;
    goOn(work);
    await logbook.note(step, { note: verdict.why });
    const stopped = await stopDuring(work, step, entry);
    if (stopped) return stopped;
    if (!explained && clock.now() - startedAtMs > SLOW_MS) {
      explained = true;
      await explain(work, step, startedAtMs);
    }
    await clock.sleep(lookPauseMs(clock.now() - lookedSinceMs, step.within));
  }
}

function openWords({ acts }: Work, step: StoredStep): string {
  if (step.act && acts.repeat(step.act.act) === 'never') return `outcome unknown of '${step.title}'`;
  return `'${step.title}' was not reached in time`;
}
