import type { Journal, Run } from '../core/run.ts';
import { Fenced } from './attempt-errors.ts';
import type { AttemptNeeds } from './attempt-needs.ts';
import { heldWords } from './held-words.ts';
import { replan } from './replan.ts';
import { showRun } from './show-run.ts';
import type { Ended } from './step-work.ts';
import { peopleStillMay } from './still-approved.ts';

/**
 * The last look before the first step: its time has come and not passed, the people still may, nobody else keeps the cluster, the
 * locks are free, the plan is still the approved one. A run that has begun already takes its locks again and goes on: people and plan
 * are not asked in the middle, where its own effects would look like drift.
 */
export async function mayStart(needs: AttemptNeeds, run: Run, journal: Journal): Promise<Ended | undefined> {
  const fresh = Object.keys(journal).length === 0;
  const gone = fresh ? (notItsTime(needs, run) ?? (await peopleStillMay(needs, run))) : undefined;
  if (gone) return gone;
  // Nothing is taken from another run for a plan that is stale already.
  const drift = fresh && run.takesOver ? await replan(run, needs.find, needs.view) : undefined;
  if (drift) return drift;
  const held = await lock(needs, run);
  if (held) return held;
  return fresh ? replan(run, needs.find, needs.view) : undefined;
}

function notItsTime({ clock }: AttemptNeeds, { expiresAtMs, scheduledAtMs = 0 }: Run): Ended | undefined {
  if (clock.now() < scheduledAtMs) return { state: 'failed', why: 'it was begun before its scheduled time' };
  if (clock.now() < expiresAtMs) return undefined;
  return { state: 'stale', why: 'it was approved but did not come to its first step in time' };
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
