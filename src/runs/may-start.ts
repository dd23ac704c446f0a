import { asError } from '../core/errors.ts';
import type { Journal, Run } from '../core/run.ts';
import { Fenced } from './attempt-errors.ts';
import type { AttemptNeeds } from './attempt-needs.ts';
import { heldWords } from './held-words.ts';
import { replan } from './replan.ts';
import { showRun } from './show-run.ts';
import type { Ended } from './step-work.ts';

/**
 * The last look before the first step: the people still may, the locks are free, the plan is still the approved one. A run that
 * has begun already takes its locks again and goes on: people and plan are not asked in the middle, where its own effects would
 * look like drift.
 */
export async function mayStart(needs: AttemptNeeds, run: Run, journal: Journal): Promise<Ended | undefined> {
  const fresh = Object.keys(journal).length === 0;
  if (fresh && needs.clock.now() >= run.expiresAtMs)
    return { state: 'stale', why: 'it was approved but did not come to its first step in time' };
  const gone = fresh ? (tooSoonOrLate(needs, run) ?? (await peopleGone(needs, run))) : undefined;
  if (gone) return gone;
  const held = await lock(needs, run);
  if (held) return held;
  return fresh ? replan(run, needs.find, needs.view) : undefined;
}

/** The policy's windows and freezes, judged at the start again; an emergency does not wait for them. */
function tooSoonOrLate({ gate, clock }: AttemptNeeds, run: Run): Ended | undefined {
  const closed = run.breakGlass ? undefined : gate.closed(run.plan.risk, run, clock.now());
  return closed && { state: 'stale', why: `it may not start now: ${closed.says}` };
}

async function peopleGone({ gate }: AttemptNeeds, run: Run): Promise<Ended | undefined> {
  const { requester, cluster, runbook } = run;
  try {
    const asker = await gate.lacks(requester.userId, 'ask', { cluster, runbook });
    if (asker) return { state: 'stale', why: `the person who asked may no longer do this: ${asker}` };
    if (run.confirmByAsker && !run.votes.some(({ verdict, userId }) => verdict === 'approve' && userId === requester.userId))
      return { state: 'stale', why: 'the asker has not confirmed it' };
    const approvers = run.votes.filter(({ verdict, userId }) => verdict === 'approve' && userId !== requester.userId);
    const checked = await Promise.all(
      approvers.map(async ({ userId, userName }) => ({ userName, why: await gate.lacks(userId, 'approve', run) })),
    );
    const left = checked.filter(({ why }) => why !== undefined);
    if (checked.length - left.length >= run.approvalsNeeded) return undefined;
    const names = left.map(({ userName, why }) => `${userName} (${why})`).join(', ');
    return { state: 'stale', why: `too few approvals count any more; void: ${names || 'none was stored'}` };
  } catch (error) {
    return { state: 'failed', why: `nobody could say whether these people still may: ${asError(error).message}` };
  }
}

async function lock(needs: AttemptNeeds, run: Run): Promise<Ended | undefined> {
  const { locks, clock } = needs;
  const { id, runbook, epoch, takesOver } = run;
  const over = takesOver?.map((one) => one.run) ?? [];
  const held = await locks.take({ run: id, runbook, epoch, locks: run.locks, atMs: clock.now(), over });
  if (held === 'fenced') throw new Fenced(id);
  if (held.length === 0) return showTaken(needs, over);
  return { state: 'failed', why: `not started: ${heldWords(held, clock.now(), [run.cluster])}` };
}

/** The message of each run that was taken over says so. */
async function showTaken({ runs, journal, announce, log }: AttemptNeeds, ids: readonly string[]): Promise<undefined> {
  for (const id of ids) {
    const run = await runs.get(id);
    if (run) await showRun({ journal, announce, log }, run);
  }
}
