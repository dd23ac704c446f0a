import { advance } from './step.ts';
import type { Ended, Work } from './step-work.ts';

/**
 * Goes through the steps of the approved plan in order, from wherever the journal stands. Resolves with `undefined` when all are
 * done, otherwise with how the run ends.
 * @throws Fenced or Interrupted when another attempt has to go on; Unreachable when the store stays away.
 */
export async function execute(work: Work): Promise<Ended | undefined> {
  for (const step of work.run.plan.steps) {
    const ended = await advance(work, step);
    if (ended) return ended;
  }
  return undefined;
}
