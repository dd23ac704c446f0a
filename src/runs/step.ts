import { asError, TrunklineError } from '../core/errors.ts';
import type { StoredStep } from '../core/plan.ts';
import type { JournalEntry } from '../core/run.ts';
import { claimOf } from './claim.ts';
import { guard, heldUp } from './guard.ts';
import type { StoredAct } from './needs.ts';
import { howToContinue } from './recover.ts';
import { failStep, finishStep, settle } from './settle.ts';
import { type Ended, goOn, judge, type Work } from './step-work.ts';

const TRIES = 3;
const PAUSE_MS = 1000;

/** Brings one step to its end from wherever the journal says it stands. Resolves with how the run ends, if it ends here. */
export async function advance(work: Work, step: StoredStep): Promise<Ended | undefined> {
  const entry = work.logbook.journal()[step.id];
  goOn(work);
  switch (howToContinue(step, entry, work.acts.repeat)) {
    case 'skip':
      return undefined;
    case 'ended':
      return { state: 'failed', why: `'${step.title}' failed: ${entry?.note ?? 'the reason was not written down'}` };
    case 'settle':
      return settle(work, step, entry ?? started(work), 'its worker was lost after it was begun, so it is not done again');
    case 'begin':
      return begin(work, step);
    default:
      return go(work, step, entry ?? started(work));
  }
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
  const told = await perform(work, step, step.act);
  if (work.signal.aborted) goOn(work);
  if ('says' in told) return settle(work, step, entry);
  if (told.clear) return notDone(work, step, entry, told.why);
  return step.until ? settle(work, step, entry, told.why) : failStep(work, step, entry, told.why);
}

/** The act is known not to have happened; the cluster is asked once all the same, as somebody else may have done it. */
async function notDone(work: Work, step: StoredStep, entry: JournalEntry, why: string): Promise<Ended | undefined> {
  const verdict = step.until ? await judge(work, step.until, entry.startedAtMs) : undefined;
  if (!verdict?.holds) return failStep(work, step, entry, why);
  await finishStep(work, step, entry, verdict.says);
  return undefined;
}

type Told = { readonly says: string } | { readonly why: string; readonly clear: boolean };

async function perform(work: Work, step: StoredStep, act: StoredAct): Promise<Told> {
  const tries = work.acts.repeat(act.act) === 'harmless' ? TRIES : 1;
  for (let left = tries - 1; ; left -= 1) {
    const told = await performOnce(work, step, act);
    if ('says' in told || told.final || left === 0 || work.signal.aborted) return told;
    await work.clock.sleep(PAUSE_MS);
  }
}

async function performOnce(work: Work, step: StoredStep, act: StoredAct): Promise<Told & { readonly final?: boolean }> {
  const over = new AbortController();
  const timer = new AbortController();
  work.clock.sleep(step.within, timer.signal).then(
    () => over.abort(new Error(`no answer within ${step.within / 1000} s`)),
    () => undefined,
  );
  try {
    const context = { claim: claimOf(work.run, step.id), signal: AbortSignal.any([work.signal, over.signal]) };
    const { says } = await Promise.race([work.acts.perform(act, context), failing(over.signal)]);
    return { says };
  } catch (error) {
    const why = asError(error).message;
    work.log.warn('an act did not end well', { step: step.id, act: act.act, why });
    const known = error instanceof TrunklineError;
    const late = over.signal.aborted;
    return { why, clear: known && !late, final: late || (known && error.kind === 'refusal') };
  } finally {
    timer.abort();
  }
}

/** Rejects when the signal is aborted, for an act that does not listen to it. */
function failing(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

function started({ clock }: Work): JournalEntry {
  return { mark: 'started', startedAtMs: clock.now() };
}
