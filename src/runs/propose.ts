import type { AuditFacts } from '../core/audit-facts.ts';
import { asError, bug, refusal } from '../core/errors.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Message } from '../core/message.ts';
import type { Asker } from '../core/person.ts';
import type { Run } from '../core/run.ts';
import { isFinal } from '../core/run-state.ts';
import type { Proposal, Runbook } from '../core/runbook.ts';
import type { View } from '../core/view.ts';
import { within } from '../core/within.ts';
import { addToQueue } from './add-to-queue.ts';
import { byPerson, byWorker } from './audit-line.ts';
import { heldWords, mayName } from './held-words.ts';
import { mayAsk } from './may-ask.ts';
import type {
  Announce,
  AuditTrail,
  BreakGlass,
  FindRunbook,
  Gate,
  JournalStore,
  LockStore,
  MaintenanceStore,
  Messenger,
  Request,
  ReviewIndex,
  RunQueue,
  RunStore,
  States,
} from './needs.ts';
import { newRun } from './new-run.ts';
import { nothingToDo } from './nothing-to-do.ts';
import { type Overrides, openBlocks, overridesOf, withOverrides } from './overrides.ts';
import { planTakeOver } from './take-over.ts';
import { proposeWithFloor } from './propose-with-floor.ts';
import { dryRunCard } from './dry-run-card.ts';
import { blockedCard } from './refusal-card.ts';
import { policyAt, termsOf } from './terms.ts';

export interface ProposeNeeds {
  readonly runs: RunStore;
  readonly journal: Pick<JournalStore, 'read'>;
  readonly locks: LockStore;
  readonly audit: AuditTrail;
  readonly gate: Gate;
  readonly states: States;
  readonly queue: RunQueue;
  readonly maintenance: Pick<MaintenanceStore, 'of'>;
  readonly breakGlass: BreakGlass;
  readonly reviews: Pick<ReviewIndex, 'add'>;
  readonly messenger: Pick<Messenger, 'breakGlass'>;
  /** The channel in which a request's message stands: where it was asked, or the operators' for one that was asked in private. */
  readonly placeOf: (asker: Asker) => string;
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
      const said = { what: deedOf(request), result: 'refused', atMs: needs.clock.now(), why: asError(error).message };
      await needs.audit.append(byPerson(request.asker, about, said));
      throw error;
    }
  };
}

async function propose(needs: ProposeNeeds, request: Request): Promise<Proposed> {
  const { gate, find, states, clock, audit } = needs;
  const { asker, view, start = {}, reason } = request;
  const { cluster = '' } = clusterOf(request);
  const subject = { cluster, runbook: request.runbook };
  const found = find(request.runbook);
  if (!found) throw refusal(`there is no runbook ${request.runbook}`, 'See `/pg help` for what there is.');
  await gate.admit(asker, 'ask', subject);
  const needed = found.runbook.asks(request.input);
  if (needed !== 'ask') await gate.admit(asker, needed, subject);
  const breakGlass = await mayAsk(needs, request, cluster, clock.now());
  const { environment } = view.cluster(cluster);
  // A missing reason is said before the look, while Slack still lets a form be opened.
  if (!breakGlass) policyAt(gate, { risk: found.runbook.risk, subject, atMs: start.at?.atMs ?? clock.now(), reason });
  const wished = await proposeWithFloor(found.runbook, request.input, view);
  const overrides = overridesOf(wished.plan.checks, start.override, reason);
  const proposal = withOverrides(wished, overrides);
  if (proposal.cluster !== cluster) throw bug(`${request.runbook} planned for another cluster than was asked`);
  const refuse = async (message: Message) => {
    const about = { id: '', cluster: proposal.cluster, planHash: '' };
    await audit.append(
      byPerson(asker, about, { what: deedOf(request), result: 'refused', atMs: clock.now(), why: message.summary }),
    );
    return { message };
  };
  const isDryRun = start.dryRun === true;
  if (!isDryRun && openBlocks(proposal.plan.checks, overrides).length > 0) return refuse(blockedCard(proposal, overrides));
  const done = await nothingToDo(proposal.plan, { states, view, nowMs: clock.now() });
  if (isDryRun) return { message: done ?? dryRunCard(proposal, overrides) };
  if (done) return refuse(done);
  const takesOver = start.at ? undefined : await takeOverOf(needs, { proposal, runbook: found.runbook, view });
  const planned = { digest: found.digest, proposal, environment, overrides, breakGlass, takesOver };
  return { run: await store(needs, request, planned) };
}

const SHOWN_WITHIN_MS = 5000;

interface Wanted {
  readonly proposal: Proposal;
  readonly runbook: Runbook;
  readonly view: View;
}

/**
 * What runs now is in the way now, but of an emergency, which takes nothing over from a cluster that its asker may not even see;
 * whether something is at a scheduled time shows then.
 */
async function takeOverOf(needs: ProposeNeeds, { proposal, runbook, view }: Wanted): Promise<Run['takesOver']> {
  const { locks, clock } = needs;
  const held = await locks.inTheWay(proposal.locks);
  if (held.length === 0) return undefined;
  const visible = view.clusters().map(({ name }) => name);
  const named = held.filter((holder) => mayName(holder, visible));
  if (runbook.emergency && named.length === held.length) return planTakeOver(needs, held);
  const see = named[0] ? `See \`/pg run ${named[0].run}\`; ask again` : 'Ask again';
  throw refusal(heldWords(held, clock.now(), visible), `${see} when it has ended.`);
}

interface Found {
  readonly proposal: Proposal;
  readonly digest: string;
  readonly environment: string;
  readonly overrides: Overrides;
  readonly breakGlass: Run['breakGlass'];
  readonly takesOver: Run['takesOver'];
}

async function store(needs: ProposeNeeds, request: Request, found: Found): Promise<Run> {
  const { queue, clock, log, announce, reviews, messenger } = needs;
  const nowMs = clock.now();
  const terms = termsOf(needs.gate, {
    ...found,
    subject: { cluster: found.proposal.cluster, runbook: request.runbook },
    risk: found.proposal.plan.risk,
    request,
    nowMs,
  });
  const run = newRun(request, { ...found, terms, nowMs, channelId: needs.placeOf(request.asker) });
  if (run.breakGlass) await reviews.add(run.id, run.breakGlass.reviewDueAtMs);
  await createOrTakeBack(
    needs,
    run,
    byPerson(request.asker, run, { what: deedOf(request), result: run.state, atMs: nowMs, why: wish(run) }),
  );
  const shown = announce(run, {}).catch((error: unknown) =>
    log.warn('a request could not be shown', { run: run.id, error: asError(error).message }),
  );
  // Shown first, so that the worker finds its message; but a Slack that is away holds up nothing that may start.
  if (run.state !== 'queued') await shown;
  else {
    await within(clock, SHOWN_WITHIN_MS, shown).catch((error: unknown) =>
      log.debug('a run starts before it is shown', { run: run.id, why: asError(error).message }),
    );
    if (run.breakGlass) messenger.breakGlass(run);
    await addToQueue({ queue, log }, run.id);
  }
  return run;
}

/**
 * A record whose writing was not confirmed may stand all the same. Who asked is told that it failed, so it must not start by itself.
 */
async function createOrTakeBack({ runs, clock, log }: ProposeNeeds, run: Run, audit: AuditFacts): Promise<void> {
  try {
    await runs.create(run, audit);
  } catch (error) {
    const why = 'its record was not confirmed, and who asked was told so';
    const atMs = clock.now();
    const said = byWorker(run, { what: 'run.withdraw', result: 'withdrawn', atMs, why });
    await runs
      .change(run.id, (now) =>
        isFinal(now.state) ? undefined : { patch: { state: 'withdrawn', why, endedAtMs: atMs }, audit: said },
      )
      .catch((late: unknown) => log.error('an unconfirmed request may start', { run: run.id, error: asError(late).message }));
    throw error;
  }
}

/** For the audit: the reason, and whatever is unusual about it. */
function wish(run: Run): string {
  const { overrides = [], scheduledAs, breakGlass, againOf } = run;
  return [
    ...(run.reason ? [run.reason] : []),
    ...(run.plan.stated ? [`states: ${run.plan.stated}`] : []),
    ...overrides.map(({ check, reason }) => `overrides ${check}: ${reason}`),
    ...(scheduledAs ? [`scheduled for ${scheduledAs}`] : []),
    ...(breakGlass?.passes ? [`passes: ${breakGlass.passes}`] : []),
    ...(againOf ? [`asks ${againOf.run} again`] : []),
  ].join('; ');
}

function deedOf({ start }: Request): string {
  return start?.breakGlass ? 'run.break-glass' : 'run.request';
}

function clusterOf({ input }: Request): { readonly cluster?: string } {
  return typeof input.cluster === 'string' ? { cluster: input.cluster } : {};
}
