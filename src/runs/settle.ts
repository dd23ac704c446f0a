import type { StoredStep } from '../core/plan.ts';
import type { JournalEntry } from '../core/run.ts';
import type { Verdict } from '../core/verdict.ts';
import { type Ended, explain, goOn, hasActed, judge, type Work } from './step-work.ts';

const POLL_MS = 500;
const SLOW_MS = 15_000;
/** A resumed step whose time is over is still looked at for so long, because the worker may have been away. */
const GRACE_MS = 10_000;

/**
 * Waits until a begun step's state holds and marks it done. `problem` is what went wrong before, if anything did.
 * @returns how the run ends when the state can't be reached (failed) or is not reached in time (halted once something that must
 * not happen twice was begun, failed otherwise).
 */
export async function settle(work: Work, step: StoredStep, entry: JournalEntry, problem?: string): Promise<Ended | undefined> {
  const verdict = await poll(work, step, entry);
  if (verdict.holds) {
    await finishStep(work, step, entry, verdict.says);
    return undefined;
  }
  await explain(work, step, entry.startedAtMs);
  const why = [problem, verdict.why].filter(Boolean).join('; ');
  if (verdict.impossible) return failStep(work, step, entry, why);
  if (!hasActed(work)) return failStep(work, step, entry, `not reached in time: ${why}`);
  await work.logbook.note(step, { note: why });
  return { state: 'halted', why: `${openWords(work, step)}: ${why}` };
}

/** Marks a step done at this moment. */
export async function finishStep(work: Work, step: StoredStep, entry: JournalEntry, note: string): Promise<void> {
  await work.logbook.mark(step, { ...kept(work, step, entry), mark: 'done', endedAtMs: work.clock.now(), note });
}

/** Marks a step failed at this moment; the run fails with it. */
export async function failStep(work: Work, step: StoredStep, entry: JournalEntry, why: string): Promise<Ended> {
  await work.logbook.mark(step, { ...kept(work, step, entry), mark: 'failed', endedAtMs: work.clock.now(), note: why });
  return { state: 'failed', why: `'${step.title}' failed: ${why}` };
}

async function poll(work: Work, step: StoredStep, { startedAtMs }: JournalEntry): Promise<Verdict> {
  if (!step.until) return { holds: true, says: 'done' };
  const { clock, logbook } = work;
  const deadline = Math.max(startedAtMs + step.within, clock.now() + Math.min(step.within, GRACE_MS));
  for (let explained = false; ; ) {
    const verdict = await judge(work, step.until, startedAtMs);
    if (verdict.holds || verdict.impossible || clock.now() >= deadline) return verdict;
    goOn(work);
    await logbook.note(step, { note: verdict.why });
    if (!explained && clock.now() - startedAtMs > SLOW_MS) {
      explained = true;
      await explain(work, step, startedAtMs);
    }
    await clock.sleep(POLL_MS);
  }
}

function kept({ logbook }: Work, step: StoredStep, entry: JournalEntry): JournalEntry {
  return logbook.journal()[step.id] ?? entry;
}

function openWords({ acts }: Work, step: StoredStep): string {
  if (step.act && acts.repeat(step.act.act) === 'never') return `outcome unknown of '${step.title}'`;
  return `'${step.title}' was not reached in time`;
}
