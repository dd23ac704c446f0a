import { asError, bug, refusal, type TrunklineError } from '../core/errors.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Message } from '../core/message.ts';
import { planHash } from '../core/plan-hash.ts';
import type { Run } from '../core/run.ts';
import type { Proposal } from '../core/runbook.ts';
import { addToQueue } from './add-to-queue.ts';
import { byPerson } from './audit-line.ts';
import { gateFields } from './gate-fields.ts';
import { heldWords, mayName } from './held-words.ts';
import type {
  Announce,
  AuditTrail,
  FindRunbook,
  Gate,
  JournalStore,
  LockHolder,
  LockStore,
  Request,
  RunQueue,
  RunStore,
  States,
} from './needs.ts';
import { newRunId } from './new-run-id.ts';
import { nothingToDo } from './nothing-to-do.ts';
import { planTakeOver } from './take-over.ts';
import { proposeWithFloor } from './propose-with-floor.ts';
import { blockedCard } from './refusal-card.ts';

export interface ProposeNeeds {
  readonly runs: RunStore;
  readonly journal: Pick<JournalStore, 'read'>;
  readonly locks: LockStore;
  readonly audit: AuditTrail;
  readonly gate: Gate;
  readonly states: States;
  readonly queue: RunQueue;
  readonly find: FindRunbook;
  readonly clock: Clock;
  readonly log: Log;
  readonly announce: Announce;
}

/** `run` is stored and shown; otherwise nothing was stored but an audit line, and `message` says why. */
export type Proposed = { readonly run: Run } | { readonly message: Message };

/**
 * From a wish to a request: may this person ask, look, plan, checks, policy, locks; then the request is stored and shown, or, where
 * the policy asks for no approval, queued.
 * @throws TrunklineError when it is refused for another reason than its checks.
 */
export function createPropose(needs: ProposeNeeds): (request: Request) => Promise<Proposed> {
  return async (request) => {
    const about = { id: '', cluster: '', planHash: '', ...clusterOf(request) };
    try {
      return await propose(needs, request);
    } catch (error) {
      const said = { what: 'run.request', result: 'refused', atMs: needs.clock.now(), why: asError(error).message };
      await needs.audit.append(byPerson(request.asker, about, said));
      throw error;
    }
  };
}

async function propose(needs: ProposeNeeds, request: Request): Promise<Proposed> {
  const { gate, find, states, clock, locks, audit } = needs;
  const { asker, view } = request;
  const found = find(request.runbook);
  if (!found) throw refusal(`there is no runbook ${request.runbook}`, 'See `/pg help` for what there is.');
  await gate.admit(asker, 'ask', { cluster: clusterOf(request).cluster ?? '', runbook: request.runbook });
  const proposal = await proposeWithFloor(found.runbook, request.input, view);
  if (proposal.cluster !== clusterOf(request).cluster) throw bug(`${request.runbook} planned for another cluster than was asked`);
  const refuse = async (message: Message) => {
    const about = { id: '', cluster: proposal.cluster, planHash: '' };
    await audit.append(
      byPerson(asker, about, { what: 'run.request', result: 'refused', atMs: clock.now(), why: message.summary }),
    );
    return { message };
  };
  if (proposal.plan.checks.some(({ verdict }) => verdict === 'block')) return refuse(blockedCard(proposal));
  const done = await nothingToDo(proposal.plan, { states, view, nowMs: clock.now() });
  if (done) return refuse(done);
  const held = await locks.inTheWay(proposal.locks);
  const visible = view.clusters().map(({ name }) => name);
  // An emergency takes nothing over from a cluster that its asker may not even see.
  if (held.length > 0 && !(found.runbook.emergency && held.every((one) => mayName(one, visible))))
    throw lockedBy(held, clock.now(), visible);
  const takesOver = held.length > 0 ? await planTakeOver(needs, held) : undefined;
  return { run: await store(needs, request, { ...found, proposal, ...(takesOver ? { takesOver } : {}) }) };
}

interface Planned {
  readonly proposal: Proposal;
  readonly digest: string;
  readonly takesOver?: Run['takesOver'];
}

async function store(needs: ProposeNeeds, request: Request, planned: Planned): Promise<Run> {
  const { runs, queue, clock, log, announce } = needs;
  const run = newRun(needs, request, planned);
  const said = { what: 'run.request', result: run.state, atMs: clock.now(), why: run.reason };
  await runs.create(run, byPerson(request.asker, run, said));
  await announce(run, {}).catch((error: unknown) =>
    log.warn('a request could not be shown', { run: run.id, error: asError(error).message }),
  );
  if (run.state === 'queued') await addToQueue({ queue, log }, run.id);
  return run;
}

function newRun(
  { gate, clock }: ProposeNeeds,
  { runbook, asker, reason, view }: Request,
  { proposal, digest, takesOver }: Planned,
): Run {
  const { cluster, input, material, plan, locks } = proposal;
  const { environment } = view.cluster(cluster);
  const now = clock.now();
  const asked = gateFields(gate, { risk: plan.risk, subject: { cluster, runbook }, reason, atMs: now });
  const { userId, userName, teamId, channelId } = asker;
  return {
    version: 1,
    id: newRunId(),
    revision: 1,
    runbook,
    digest,
    cluster,
    environment,
    input,
    material,
    plan,
    planHash: planHash({ runbook, digest, input, material, plan, takesOver }),
    ...(takesOver ? { takesOver } : {}),
    locks: [...locks],
    requester: { userId, userName, teamId },
    ...(reason ? { reason } : {}),
    votes: [],
    createdAtMs: now,
    ...asked,
    epoch: 0,
    channelId,
  };
}

function lockedBy(held: readonly LockHolder[], nowMs: number, visible: readonly string[]): TrunklineError {
  const shown = held.find((holder) => mayName(holder, visible));
  const see = shown ? `See \`/pg run ${shown.run}\`; ask again` : 'Ask again';
  return refusal(heldWords(held, nowMs, visible), `${see} when it has ended.`);
}

function clusterOf({ input }: Request): { readonly cluster?: string } {
  return typeof input.cluster === 'string' ? { cluster: input.cluster } : {};
}
