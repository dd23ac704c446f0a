import type { StoredStep } from '../core/plan.ts';
import { Fenced } from './attempt-errors.ts';
import { byWorker } from './audit-line.ts';
import { claimOf } from './claim.ts';
import type { StoredAct } from './needs.ts';
import { patiently } from './patiently.ts';
import type { Work } from './step-work.ts';

/** Writes down what an act will leave behind, before it is performed, so that nobody can forget it. @throws Fenced. */
export async function recordDebt({ acts, debts, run, clock }: Work, step: StoredStep, act: StoredAct): Promise<void> {
  const draft = acts.debt(act, claimOf(run, step.id));
  if (!draft) return;
  const atMs = clock.now();
  const { requester, reason } = run;
  const from = { cluster: run.cluster, run: run.id, step: step.id, sinceMs: atMs, owner: requester.userId };
  const debt = { ...draft, ...from, ...(reason ? { reason } : {}) };
  const audit = byWorker(run, { what: 'debt.record', result: draft.says, atMs, step: step.id });
  if ((await patiently(clock, () => debts.record(debt, run.epoch, audit))) === 'fenced') throw new Fenced(run.id);
}
