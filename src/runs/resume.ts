import type { StoredStep } from '../core/plan.ts';
import type { Decision, Run } from '../core/run.ts';
import { guard } from './guard.ts';
import { performAct } from './perform-act.ts';
import { finishStep } from './settle-step.ts';
import { type Ended, goOn, judge, type Work } from './step-work.ts';

/**
 * What people decided about the last halt. A run leaves a halt by a decision only, so it counts for every attempt after it, however
 * many of them die, until its step shows that it was followed.
 */
export function decisionFor({ decisions = [], epoch }: Run): Decision | undefined {
  const last = decisions.at(-1);
  return last !== undefined && last.epoch < epoch ? last : undefined;
}

/** Goes on without a step, as people decided. */
export async function leaveOut(work: Work, step: StoredStep, { userName, reason }: Decision): Promise<undefined> {
  const atMs = work.clock.now();
  const entry = work.logbook.journal()[step.id] ?? { startedAtMs: atMs };
  const note = `skipped, as ${userName} decided${reason ? `: ${reason}` : ''}`;
  await work.logbook.mark(step, { ...entry, mark: 'skipped', endedAtMs: atMs, note });
}

/**
 * Tries a step once more, as people decided. An act that must not happen twice is guarded afresh and asked for under the same claim:
 * where that was taken, nothing is done again and the cluster alone tells. Resolves with what to do: nothing more, end, or go on.
 */
export async function tryAgain(work: Work, step: StoredStep): Promise<'done' | 'go' | Ended> {
  const nowMs = work.clock.now();
  const before = work.logbook.journal()[step.id];
  const verdict = step.until && before ? await judge(work, step.until, before.startedAtMs) : undefined;
  if (verdict?.holds && before) {
    await finishStep(work, step, before, verdict.says);
    return 'done';
  }
  const guarded = await guard(work, step);
  if (guarded) return { state: 'halted', why: `not tried again: ${guarded.why}` };
  goOn(work);
  // The first start stays: what happened since then by an earlier try counts as the step's effect.
  await work.logbook.mark(step, { mark: 'started', startedAtMs: before?.startedAtMs ?? nowMs, againAtMs: nowMs });
  return 'go';
}

/** True when people decided to take back what the run did. */
export function isUndoing({ state, decisions = [] }: Run): boolean {
  return state === 'cancelling' && decisions.at(-1)?.verb === 'undo';
}

/** Takes back, last step first, what can be taken back; steps that say nothing of it are left as they are. */
export async function undoAll(work: Work): Promise<Ended> {
  const undone: string[] = [];
  for (const step of work.run.plan.steps.toReversed()) {
    const mark = work.logbook.journal()[step.id]?.mark;
    if (!step.undo || mark === undefined || mark === 'already' || mark === 'skipped') continue;
    const why = await undoStep(work, { ...step, id: `undo.${step.id}`, title: `Undo: ${step.title}` }, step.undo);
    if (why !== undefined) return { state: 'halted', why: `'${step.title}' could not be undone: ${why}` };
    undone.push(`'${step.title}'`);
  }
  const by = work.run.decisions?.at(-1)?.userName ?? 'somebody';
  return { state: 'cancelled', why: `undone, as ${by} decided: ${undone.join(', ') || 'nothing had to be'}` };
}

/** Resolves with why it failed. */
async function undoStep(work: Work, step: StoredStep, act: NonNullable<StoredStep['undo']>): Promise<string | undefined> {
  if (work.logbook.journal()[step.id]?.mark === 'done') return undefined;
  goOn(work);
  const startedAtMs = work.clock.now();
  await work.logbook.mark(step, { mark: 'started', startedAtMs });
  const told = await performAct(work, step, act);
  const mark = 'says' in told ? 'done' : 'failed';
  const note = 'says' in told ? told.says : told.why;
  await work.logbook.mark(step, { mark, startedAtMs, endedAtMs: work.clock.now(), note });
  return 'says' in told ? undefined : told.why;
}
