import { refusal } from '../core/errors.ts';
import type { Message, Part } from '../core/message.ts';
import type { Asker } from '../core/person.ts';
import type { Decision, Run } from '../core/run.ts';
import { addToQueue } from './add-to-queue.ts';
import { byPerson } from './audit-line.ts';
import { closedNow } from './closed-now.ts';
import type { LedgerNeeds } from './ledger-needs.ts';
import type { RunChange } from './needs.ts';
import { showRun } from './show-run.ts';
import { standsAt } from './stands-at.ts';

export interface Wish {
  readonly verb: Decision['verb'];
  readonly by: Asker;
  readonly reason?: string;
  /** Of the authenticator app, where the run's votes needed one. */
  readonly code?: string;
}

/**
 * What one person wants done with a halted run, who was just admitted. It is done once as many people want the same of this halt as
 * the run needed approvals; giving it up takes one.
 * @throws Refusal when the run is not halted (any more), or the same person wants the same again.
 */
export async function decideHalted(needs: LedgerNeeds, run: Run, wish: Wish): Promise<Message> {
  const { runs, locks, journal, queue, log } = needs;
  const step = standsAt(run, await journal.read(run.id));
  if (run.state !== 'halted') throw notHalted(run);
  const count = await whoStillMay(needs, run, wish.verb);
  if (run.totpRequired && wish.verb !== 'abandon') await needs.codes.prove(wish.by, wish.code);
  let left = 0;
  const changed = await runs.change(run.id, (now) => {
    if (now.state !== 'halted') return undefined;
    const decision = decisionOf(needs, now, step?.id ?? 'end', wish);
    const given = sameWish(now, decision);
    if (given.some(({ userId }) => userId === decision.userId)) throw alreadySaid(now, wish.verb);
    left = needed(now, wish.verb) - given.filter(({ userId }) => count.includes(userId)).length - 1;
    return left > 0 ? counted(needs, now, wish, decision) : effective(needs, now, wish, decision);
  });
  if (!changed?.changed) throw notHalted(changed?.run ?? run);
  const { state, epoch } = changed.run;
  if (state === 'cancelled') await locks.release({ run: run.id, epoch, locks: run.locks });
  else if (state !== 'halted') await addToQueue({ queue, log }, run.id);
  await showRun(needs, changed.run);
  const says = saidBack(changed.run, wish.verb, step?.title ?? 'its report', left);
  const stops = stopsBefore(needs, run, step?.id, wish.verb);
  return { summary: says, parts: [{ line: says, sign: left > 0 ? 'waiting' : 'ok' }, ...stops] };
}

/** Where windows or a freeze will stop the run again; what takes it back to safe is not stopped by them. */
function stopsBefore({ gate, clock }: LedgerNeeds, run: Run, at: string | undefined, verb: Decision['verb']): readonly Part[] {
  if (verb === 'undo' || verb === 'abandon') return [];
  const from = run.plan.steps.findIndex(({ id }) => id === at) + (verb === 'skip' ? 1 : 0);
  const next = at === undefined ? undefined : run.plan.steps.slice(from).find(({ still }) => still !== undefined);
  const why = next && closedNow(gate, run, clock.now());
  if (!next || why === undefined) return [];
  return [
    { line: `It stops before '${next.title}', which interrupts, because ${why}.`, sign: 'warn' },
    { line: 'What was begun before still counts as done once its effect shows. Undo and Give up stay possible.' },
  ];
}

/** Of those who wanted the same before, the ones who still may decide: who has left meanwhile counts no more. */
async function whoStillMay({ gate }: LedgerNeeds, run: Run, verb: Decision['verb']): Promise<readonly string[]> {
  const earlier = sameWish(run, { verb, epoch: run.epoch });
  const lacking = await Promise.all(earlier.map(({ userId }) => gate.lacks(userId, 'approve', run)));
  return earlier.filter((_, i) => lacking[i] === undefined).map(({ userId }) => userId);
}

/** Those who want the same done at the same halt. */
export function sameWish({ decisions = [] }: Run, { verb, epoch }: Pick<Decision, 'verb' | 'epoch'>): readonly Decision[] {
  return decisions.filter((one) => one.verb === verb && one.epoch === epoch);
}

/** How many people must want it. */
export function needed({ approvalsNeeded }: Run, verb: Decision['verb']): number {
  return verb === 'abandon' ? 1 : Math.max(1, approvalsNeeded);
}

function decisionOf({ clock }: LedgerNeeds, { epoch }: Run, step: string, { verb, by, reason }: Wish): Decision {
  return { verb, step, epoch, userId: by.userId, userName: by.userName, atMs: clock.now(), ...(reason ? { reason } : {}) };
}

function counted({ clock }: LedgerNeeds, run: Run, { verb, by, reason }: Wish, decision: Decision): RunChange {
  const audit = byPerson(by, run, { what: `run.${verb}`, result: 'counted', atMs: clock.now(), why: reason });
  return { patch: { decisions: [...(run.decisions ?? []), decision] }, audit };
}

const AFTERWARDS = { retry: 'running', skip: 'running', undo: 'cancelling', abandon: 'cancelled' } as const;

function effective({ clock }: LedgerNeeds, run: Run, { verb, by, reason }: Wish, decision: Decision): RunChange {
  const state = AFTERWARDS[verb];
  const atMs = clock.now();
  const audit = byPerson(by, run, { what: `run.${verb}`, result: state, atMs, why: reason });
  const decisions = [...(run.decisions ?? []), decision];
  if (state !== 'cancelled') return { patch: { state, decisions }, clear: ['why', 'report', 'endedAtMs'], audit };
  const why = `given up by ${by.userName} after it had halted: ${run.why ?? 'the reason was not written down'}`;
  return { patch: { state, decisions, why, endedAtMs: atMs }, audit };
}

function saidBack({ id, plan }: Run, verb: Decision['verb'], step: string, left: number): string {
  if (left > 0) return `Counted. ${left} more ${left === 1 ? 'person' : 'people'} must want the same before anything is done`;
  if (verb === 'retry') return `Run ${id} tries '${step}' again`;
  if (verb === 'skip') return `Run ${id} goes on without '${step}'`;
  if (verb === 'undo') return `Run ${id} takes back what it did`;
  return `Given up: ${plan.summary}`;
}

function alreadySaid({ id }: Run, verb: Decision['verb']) {
  return refusal(`you have said ${verb} for run ${id} already`, 'Another person must want the same.');
}

function notHalted({ id, state }: Run) {
  return refusal(`run ${id} is ${state}, so there is nothing to decide`, `See \`/pg run ${id}\`.`);
}
