import { asError, TrunklineError } from '../core/errors.ts';
import type { StoredStep } from '../core/plan.ts';
import { claimOf } from './claim.ts';
import type { StoredAct } from './needs.ts';
import type { Work } from './step-work.ts';

const TRIES = 3;
const PAUSE_MS = 1000;

/** What an act told. `performed` is false when an earlier attempt had its claim; `clear`: it is known not to have happened. */
export type Told = { readonly says: string; readonly performed: boolean } | { readonly why: string; readonly clear: boolean };

/** Performs an act within the step's time: once, or, where repeating does no harm, at most three times. Never rejects. */
export async function performAct(work: Work, step: StoredStep, act: StoredAct): Promise<Told> {
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
    const { says, performed } = await Promise.race([work.acts.perform(act, context), failing(over.signal)]);
    return { says, performed };
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
