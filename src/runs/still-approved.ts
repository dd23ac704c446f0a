import { asError } from '../core/errors.ts';
import { canonicalJson } from '../core/json.ts';
import type { Run } from '../core/run.ts';
import type { AttemptNeeds } from './attempt-needs.ts';
import { closedNow } from './closed-now.ts';
import { maintenanceWords } from './maintenance-words.ts';
import type { Word } from './needs.ts';
import { replan } from './replan.ts';
import type { Ended } from './step-work.ts';

export type StillNeeds = Pick<AttemptNeeds, 'gate' | 'breakGlass' | 'maintenance' | 'find' | 'view' | 'clock'>;

/** Whether the policy lets it start now, the people may still do this, and nobody else keeps the cluster. Resolves with why not. */
export async function peopleStillMay(needs: StillNeeds, run: Run): Promise<Ended | undefined> {
  return notAllowedNow(needs, run) ?? (await peopleGone(needs, run)) ?? (await keptByAnother(needs, run));
}

/**
 * All that can be asked of an approved run without its locks: the people, the maintenance lock, the plan of now beside the approved
 * one. Resolves with why it may not run: `stale` when that was found out, `failed` when it could not be.
 */
export async function stillApproved(needs: StillNeeds, run: Run): Promise<Ended | undefined> {
  return (await peopleStillMay(needs, run)) ?? (await replan(run, needs.find, needs.view));
}

/** Windows and freezes, judged again for the time of the start; a change without approval does not wait for them. */
function notAllowedNow({ gate, clock }: StillNeeds, run: Run): Ended | undefined {
  if (run.breakGlass) return undefined;
  const closed = closedNow(gate, run, startOf(run, clock));
  if (closed !== undefined) return { state: 'stale', why: `it may not start: ${closed}` };
  return tightened(gate, run, startOf(run, clock));
}

function startOf({ scheduledAtMs = 0 }: Run, clock: StillNeeds['clock']): number {
  return Math.max(clock.now(), scheduledAtMs);
}

/** A policy that asks for more than was given, since it was changed after the approval. */
function tightened(gate: StillNeeds['gate'], run: Run, atMs: number): Ended | undefined {
  const policy = gate.policy(run.plan.risk, run, atMs);
  if (!policy.allowed) return undefined;
  const approvals = policy.approvals + ((run.overrides?.length ?? 0) > 0 ? 1 : 0);
  if (approvals > run.approvalsNeeded)
    return {
      state: 'stale',
      why: `the policy asks for ${approvals} approvals by now, and it was asked for ${run.approvalsNeeded}`,
    };
  if (policy.confirm && approvals + run.approvalsNeeded === 0 && !run.confirmByAsker)
    return { state: 'stale', why: 'the policy asks its asker to confirm it by now' };
  if (policy.totp && !run.totpRequired) return { state: 'stale', why: 'the policy asks for one-time codes by now' };
  const flaw = gate.reasonFlaw(run.plan.risk, run, run.reason);
  return flaw && { state: 'stale', why: `the policy asks for another reason by now: ${flaw.says}` };
}

async function peopleGone({ gate, breakGlass, find, clock }: StillNeeds, run: Run): Promise<Ended | undefined> {
  const { cluster, runbook, requester } = run;
  const mayApprove = votersOf({ gate, clock }, run);
  const by = (word: Word | undefined) => (word && gate.by?.(word)) ?? gate;
  // Approved without Slack: then who asked in Slack before it went down is taken as Slack knew them last.
  const withoutSlack = run.votes.some(({ verdict, via }) => verdict === 'approve' && via === 'cli');
  try {
    const word = requester.via ?? (withoutSlack ? 'last-known' : undefined);
    const needed = find(runbook)?.runbook.asks(run.input) ?? 'ask';
    const asker = await by(word).lacks(requester.userId, needed, { cluster, runbook });
    const listed = run.breakGlass ? await breakGlass.lacks(requester.userId, cluster, requester.via) : undefined;
    const why = asker ?? listed;
    if (why) return { state: 'stale', why: `the person who asked may no longer do this: ${why}` };
    if (run.confirmByAsker && !run.votes.some(({ verdict, userId }) => verdict === 'approve' && userId === requester.userId))
      return { state: 'stale', why: 'the asker has not confirmed it' };
    const approvers = run.votes.filter(({ verdict, userId }) => verdict === 'approve' && userId !== requester.userId);
    const checked = await Promise.all(
      approvers.map(async ({ userId, userName, via }) => ({ userName, why: await mayApprove(by(via), userId) })),
    );
    const left = checked.filter((one) => one.why !== undefined);
    if (checked.length - left.length >= run.approvalsNeeded) return undefined;
    const names = left.map((one) => `${one.userName} (${one.why})`).join(', ');
    return { state: 'stale', why: `too few approvals count any more; void: ${names || 'none was stored'}` };
  } catch (error) {
    return { state: 'failed', why: `nobody could say whether these people still may: ${asError(error).message}` };
  }
}

/**
 * Whose vote counts: as it was asked for, and as the policy says by now, where it names user groups since then. Resolves with why not.
 */
function votersOf({ gate, clock }: Pick<StillNeeds, 'gate' | 'clock'>, run: Run) {
  const policy = run.breakGlass ? undefined : gate.policy(run.plan.risk, run, startOf(run, clock));
  const from = policy?.allowed ? policy.from : undefined;
  const isNew = from !== undefined && canonicalJson([...from].sort()) !== canonicalJson([...(run.approvalsFrom ?? [])].sort());
  const { cluster, runbook } = run;
  return async (word: Pick<StillNeeds['gate'], 'lacks'>, userId: string): Promise<string | undefined> =>
    (await word.lacks(userId, 'approve', run)) ??
    (isNew ? await word.lacks(userId, 'approve', { cluster, runbook, approvalsFrom: from }) : undefined);
}

/** A change without approval passes a maintenance lock; it said so when it was asked. */
async function keptByAnother({ maintenance, clock }: StillNeeds, run: Run): Promise<Ended | undefined> {
  if (run.breakGlass) return undefined;
  const atMs = startOf(run, clock);
  const lock = await maintenance.of(run.cluster);
  if (!lock || lock.holder.userId === run.requester.userId || lock.untilMs <= atMs) return undefined;
  return { state: 'stale', why: maintenanceWords(lock) };
}
