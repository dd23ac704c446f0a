import { oneLine } from '../core/one-line.ts';
import type { StoredStep } from '../core/plan.ts';
import type { JournalEntry } from '../core/run.ts';
import { guard, heldUp } from './guard.ts';
import { performAct } from './perform-act.ts';
import { recordDebt } from './record-debt.ts';
import { type Continuation, howToContinue } from './recover.ts';
import { leaveOut, tryAgain } from './resume.ts';
import { settle } from './settle.ts';
import { failStep, finishStep } from './settle-step.ts';
import { stopBefore } from './stop.ts';
import { type Ended, goOn, judge, type Work } from './step-work.ts';

/** Characters of what an act says it did. */
const MOST_WORDS = 500;

/** Brings one step to its end from wherever the journal says it stands. Resolves with how the run ends, if it ends here. */
export async function advance(work: Work, step: StoredStep): Promise<Ended | undefined> {
  const entry = work.logbook.journal()[step.id];
  goOn(work);
  const how = howToContinue(step, entry, work.acts.repeat, work.decision);
  if (how === 'skip') return undefined;
  const stopped = await stopBefore(work, step, entry);
  if (stopped) return stopped;
  return goOnWith(work, step, how);
}

async function goOnWith(work: Work, step: StoredStep, how: Continuation): Promise<Ended | undefined> {
  const { decision, logbook } = work;
  const entry = logbook.journal()[step.id];
  if (how === 'ended')
    return { state: 'failed', why: `'${step.title}' failed: ${entry?.note ?? 'the reason was not written down'}` };
  if (how === 'begin') return begin(work, step);
  if (how === 'leave out' && decision) return leaveOut(work, step, decision);
  if (how === 'again') return again(work, step);
  if (how === 'settle') return settleLost(work, step, entry ?? started(work));
  return go(work, step, entry ?? started(work));
}

/**
 * An act that must not happen twice was begun by a worker that is lost. Where nothing shows and its guards still hold, it is asked for
 * once more under the same claim, which the target gives once: it happens now, or it is known that it was asked for before.
 */
async function settleLost(work: Work, step: StoredStep, entry: JournalEntry): Promise<Ended | undefined> {
  const verdict = step.until ? await judge(work, step.until, entry.startedAtMs) : undefined;
  if (verdict?.holds) {
    await finishStep(work, step, entry, verdict.says);
    return undefined;
  }
  const lookedAtMs = work.clock.now();
  const guarded = verdict?.impossible ? undefined : await guard(work, step);
  const mayAsk = !verdict?.impossible && !guarded && heldUp(work, step, lookedAtMs) === undefined;
  return mayAsk
    ? go(work, step, entry)
    : settle(work, step, entry, { problem: 'its worker was lost after it was begun', workerLost: true });
}

async function again(work: Work, step: StoredStep): Promise<Ended | undefined> {
  const next = await tryAgain(work, step);
  if (next === 'done') return undefined;
  return next === 'go' ? go(work, step, work.logbook.journal()[step.id] ?? started(work)) : next;
}

async function begin(work: Work, step: StoredStep): Promise<Ended | undefined> {
  const entry = started(work);
  if (step.act && step.until) {
    const verdict = await judge(work, step.until, entry.startedAtMs);
    if (verdict.holds) {
      await work.logbook.mark(step, { ...entry, mark: 'already', endedAtMs: work.clock.now(), note: verdict.says });
      return undefined;
    }
  }
  const guarded = await guard(work, step);
  if (guarded) return guarded;
  const lookedAtMs = work.clock.now();
  goOn(work);
  await work.logbook.mark(step, entry);
  const late = heldUp(work, step, lookedAtMs);
  return late === undefined ? go(work, step, entry) : failStep(work, step, entry, late);
}

async function go(work: Work, step: StoredStep, entry: JournalEntry): Promise<Ended | undefined> {
  if (!step.act) return settle(work, step, entry);
  goOn(work);
  await recordDebt(work, step, step.act);
  const told = await performAct(work, step, step.act);
  if (work.signal.aborted) goOn(work);
  if ('says' in told && told.performed) await work.logbook.note(step, { did: oneLine(told.says).slice(0, MOST_WORDS) });
  if ('says' in told) return settle(work, step, entry, told.performed ? {} : { problem: told.says, workerLost: true });
  if (told.clear) return notDone(work, step, entry, told.why);
  return step.until ? settle(work, step, entry, { problem: told.why }) : failStep(work, step, entry, told.why);
}

/** The act is known not to have happened; the cluster is asked once all the same, as somebody else may have done it. */
async function notDone(work: Work, step: StoredStep, entry: JournalEntry, why: string): Promise<Ended | undefined> {
  const verdict = step.until ? await judge(work, step.until, entry.startedAtMs) : undefined;
  if (!verdict?.holds) return failStep(work, step, entry, why);
  await finishStep(work, step, entry, verdict.says);
  return undefined;
}

function started({ clock }: Work): JournalEntry {
  return { mark: 'started', startedAtMs: clock.now() };
}
