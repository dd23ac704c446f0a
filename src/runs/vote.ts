import { asError, refusal, type TrunklineError } from '../core/errors.ts';
import type { Message } from '../core/message.ts';
import type { Asker } from '../core/person.ts';
import type { Run, Vote } from '../core/run.ts';
import { byPerson, byWorker } from './audit-line.ts';
import type { LedgerNeeds } from './ledger-needs.ts';
import { addToQueue } from './add-to-queue.ts';
import type { VoteOutcome } from './needs.ts';

export interface Ballot {
  readonly by: Asker;
  readonly verdict: Vote['verdict'];
  readonly reason?: string;
  /** Of the authenticator app. */
  readonly code?: string;
}

/**
 * The vote of a person who was just admitted. Whether it counts is decided by the store in one step.
 * @throws Refusal for what does not count.
 */
export async function castVote(needs: LedgerNeeds, run: Run, { by, verdict, reason, code }: Ballot): Promise<Message> {
  const { votes, clock } = needs;
  const proves = verdict === 'approve' && (run.totpRequired ?? false);
  if (proves) await prove(needs, run, by, code);
  const atMs = clock.now();
  const vote: Vote = { ...voterOf(by), verdict, atMs, ...(reason ? { reason } : {}), ...(proves ? { totp: true } : {}) };
  const what = run.confirmByAsker ? 'run.confirm' : `run.${verdict}`;
  const { result: _, ...facts } = byPerson(by, run, { what, result: '', atMs, why: reason });
  const outcome = await votes.cast(run.id, vote, facts);
  const now = (await needs.runs.get(run.id)) ?? run;
  await afterVote(needs, now, { outcome, atMs });
  return { summary: saidBack(outcome, now), parts: [{ line: saidBack(outcome, now), sign: 'ok' }] };
}

/** @throws Refusal for a vote that did not count. */
async function afterVote(
  needs: LedgerNeeds,
  now: Run,
  { outcome, atMs }: { readonly outcome: VoteOutcome; readonly atMs: number },
): Promise<void> {
  if (outcome === 'counted' || outcome === 'denied') await tell(needs, now);
  else if (outcome === 'approved') await (isAhead(now, atMs) ? tell(needs, now) : enqueue(needs, now));
  else throw notCounted(outcome, now);
}

/** A code is used up by looking at it, so that is not done for a vote that can't count any more. */
async function prove({ codes }: LedgerNeeds, run: Run, by: Asker, code: string | undefined): Promise<void> {
  if (run.state !== 'pending') throw notCounted('closed', run);
  await codes.prove(by, code);
}

function voterOf({ userId, userName, via }: Asker): Pick<Vote, 'userId' | 'userName' | 'via'> {
  return { userId, userName, ...(via === 'cli' ? { via } : {}) };
}

/** Hands an approved run to the workers once its time has come; repeating it is harmless. */
export async function enqueue(
  needs: Pick<LedgerNeeds, 'runs' | 'queue' | 'clock' | 'announce' | 'log'>,
  run: Run,
): Promise<void> {
  const queued = await needs.runs.change(run.id, (now) => {
    if (now.state !== 'approved' || needs.clock.now() < (now.scheduledAtMs ?? 0)) return undefined;
    const audit = byWorker(now, { what: 'run.queue', result: 'queued', atMs: needs.clock.now() });
    return { patch: { state: 'queued' }, audit };
  });
  if (!queued?.changed) return;
  await addToQueue(needs, run.id);
  await tell(needs, queued.run);
}

async function tell({ announce, log }: Pick<LedgerNeeds, 'announce' | 'log'>, run: Run): Promise<void> {
  await announce(run, {}).catch((error: unknown) =>
    log.warn('a vote could not be shown', { run: run.id, error: asError(error).message }),
  );
}

/** A request that its asker confirms is nobody else's. */
export function askerOnly({ requester }: Run): TrunklineError {
  return refusal(
    `this request is confirmed by ${requester.userName || requester.userId}, who asked for it`,
    'Nobody else is asked. An admin can withdraw it.',
  );
}

/** Nobody votes on what they asked for themselves, whatever their role. */
export function ownRequest(): TrunklineError {
  return refusal('you asked for this, so your vote does not count', 'Ask another person to approve it, or withdraw it.');
}

function isAhead({ scheduledAtMs = 0 }: Run, nowMs: number): boolean {
  return nowMs < scheduledAtMs;
}

function saidBack(outcome: VoteOutcome, { plan, votes, approvalsNeeded, scheduledAs, confirmByAsker }: Run): string {
  const given = votes.filter(({ verdict }) => verdict === 'approve').length;
  if (outcome === 'denied') return `Denied: ${plan.summary}`;
  if (outcome === 'approved')
    return `${confirmByAsker ? 'Confirmed' : 'Approved'}, it starts ${scheduledAs ? `at ${scheduledAs}` : 'now'}: ${plan.summary}`;
  return `Your approval counts: ${given} of ${approvalsNeeded}. ${plan.summary}`;
}

function notCounted(outcome: VoteOutcome, run: Run): TrunklineError {
  const see = `See \`/pg run ${run.id}\`.`;
  if (outcome === 'self') return ownRequest();
  if (outcome === 'asker-only') return askerOnly(run);
  if (outcome === 'no-code')
    return refusal('a one-time code is needed beside this click', 'Press the button again; it opens a form.');
  if (outcome === 'again') return refusal('you have voted on this already; one vote a person', see);
  if (outcome === 'expired' || run.state === 'expired')
    return refusal('this request has expired', 'Ask for it again; the plan is made anew.');
  if (outcome === 'missing') return refusal(`there is no run ${run.id}`, 'See `/pg runs` for the runs that there are.');
  return refusal(`this request is ${run.state} already; your vote changes nothing`, see);
}
