import type { Ledger } from '../core/command.ts';
import { asError, refusal, TrunklineError } from '../core/errors.ts';
import type { IncidentLedger } from '../core/incident-ledger.ts';
import { Reason, RunId } from '../core/names.ts';
import type { Asker } from '../core/person.ts';
import type { Run } from '../core/run.ts';
import { askAgain } from './ask-again.ts';
import { askReverse } from './ask-reverse.ts';
import { byPerson } from './audit-line.ts';
import { aboutCluster, lockCluster, unlockCluster } from './keep-cluster.ts';
import { reviewRun } from './review.ts';
import { cancelRun } from './cancel.ts';
import { decideHalted } from './decide.ts';
import type { LedgerNeeds } from './ledger-needs.ts';
import { castVote } from './vote.ts';
import { type Need, toApprove, toAsk, toCancel, toConfirm, toDecide, toDeny, toReview, toWithdraw } from './who-may.ts';
import { withdrawRun } from './withdraw.ts';

/**
 * What people do to requests, runs and clusters; buttons and commands call the same functions. Every call is audited, refusals
 * included, and each asks afresh whether the person may.
 */
export function createLedger(needs: LedgerNeeds): RunLedger {
  return {
    approve: (id, by, code) =>
      audited(needs, { id, by, what: 'run.approve', need: toApprove }, (run) =>
        castVote(needs, run, { by, verdict: 'approve', ...(code === undefined ? {} : { code }) }),
      ),
    confirm: (id, by, code) =>
      audited(needs, { id, by, what: 'run.confirm', need: toConfirm }, (run) =>
        castVote(needs, run, { by, verdict: 'approve', ...(code === undefined ? {} : { code }) }),
      ),
    async wantsCode(id, by, deed) {
      // The deed itself asks who they are; before a form is opened it is asked here.
      if (!RunId.safeParse(id).success || !(await needs.runs.get(id))?.totpRequired) return false;
      const need = NEEDS[deed];
      return audited(needs, { id, by, what: `run.${deed}`, need }, async () => true);
    },
    deny: (id, by, reason) =>
      audited(needs, { id, by, what: 'run.deny', need: toDeny }, (run) =>
        castVote(needs, run, { by, verdict: 'deny', reason: given(reason) }),
      ),
    withdraw: (id, by) =>
      audited(needs, { id, by, what: 'run.withdraw', need: toWithdraw }, (run) => withdrawRun(needs, run, by)),
    cancel: (id, by) => audited(needs, { id, by, what: 'run.cancel', need: toCancel }, (run) => cancelRun(needs, run, by)),
    decide: (id, by, verb, { reason, code } = {}) =>
      audited(needs, { id, by, what: `run.${verb}`, need: toDecide(verb) }, (run) =>
        decideHalted(needs, run, {
          ...{ verb, by, ...(code === undefined ? {} : { code }) },
          ...(verb === 'skip' || verb === 'undo' ? { reason: given(reason) } : {}),
        }),
      ),
    again: (id, by) => audited(needs, { id, by, what: 'run.again', need: toAsk }, (run) => askAgain(needs, run, by)),
    revert: (id, by) => audited(needs, { id, by, what: 'run.revert', need: toAsk }, (run) => askReverse(needs, run, by)),
    review: (id, by, says) =>
      audited(needs, { id, by, what: 'run.review', need: toReview }, (run) => reviewRun(needs, run, by, given(says))),
    lock: (cluster, by, terms) =>
      auditedCluster(needs, { cluster, by, what: 'cluster.lock' }, () => lockCluster(needs, cluster, by, terms)),
    unlock: (cluster, by) =>
      auditedCluster(needs, { cluster, by, what: 'cluster.unlock' }, async () => {
        const isAdmin = await mayAdminister(needs, by, cluster);
        return unlockCluster(needs, cluster, by, isAdmin);
      }),
  };
}

/** The ledger but for one-time codes and incidents, which are kept elsewhere. */
export type RunLedger = Omit<Ledger, 'totpEnroll' | 'totpConfirm' | 'totpReset' | keyof IncidentLedger> & {
  /** Whether the click wants a code beside it, for somebody who may make it. @throws as the deed itself. */
  wantsCode(run: string, by: Asker, deed: CodedDeed): Promise<boolean>;
};

/** What may want a one-time code beside the click. */
export type CodedDeed = 'approve' | 'confirm' | 'retry' | 'skip' | 'undo';

const NEEDS: Readonly<Record<CodedDeed, Need>> = {
  approve: toApprove,
  confirm: toConfirm,
  retry: toDecide('retry'),
  skip: toDecide('skip'),
  undo: toDecide('undo'),
};

interface Deed {
  readonly id: string;
  readonly by: Asker;
  readonly what: string;
  readonly need: Need;
}

async function auditedCluster<T>(
  needs: LedgerNeeds,
  { cluster, by, what }: { readonly cluster: string; readonly by: Asker; readonly what: string },
  act: () => Promise<T>,
): Promise<T> {
  try {
    await needs.gate.admit(by, 'ask', { cluster });
    return await act();
  } catch (error) {
    await needs.audit.append(byPerson(by, aboutCluster(cluster), failed(needs, what, error)));
    throw error;
  }
}

/** As the gate says it of this person, here. @throws when nobody can say. */
async function mayAdminister({ gate }: LedgerNeeds, by: Asker, cluster: string): Promise<boolean> {
  try {
    await gate.admit(by, 'administer', { cluster });
    return true;
  } catch (error) {
    if (error instanceof TrunklineError && (error.kind === 'unauthorised' || error.kind === 'refusal')) return false;
    throw error;
  }
}

function failed({ clock }: LedgerNeeds, what: string, error: unknown) {
  const refused = error instanceof TrunklineError && error.kind !== 'bug' && error.kind !== 'unreachable';
  return { what, result: refused ? 'refused' : 'broke', atMs: clock.now(), why: asError(error).message };
}

async function audited<T>(needs: LedgerNeeds, deed: Deed, act: (run: Run) => Promise<T>): Promise<T> {
  const { id, by, what } = deed;
  let run: Run | undefined;
  try {
    // Nothing but an id becomes a key of the store: a click's value may have been made by hand.
    run = RunId.safeParse(id).success ? await needs.runs.get(id) : undefined;
    return await act(await admitted(needs, run, deed));
  } catch (error) {
    const about = run ?? { id: id.slice(0, MOST_ID), cluster: '', planHash: '' };
    await needs.audit.append(byPerson(by, about, failed(needs, what, error)));
    throw error;
  }
}

const MOST_ID = 20;

/** What a person must say, also where a form was made by hand. @throws Refusal. */
function given(reason: string | undefined): string {
  const parsed = Reason.safeParse(reason ?? '');
  if (parsed.success) return parsed.data;
  throw refusal('this needs a reason of at most 500 characters', 'Say why; it is kept with the run and read by others.');
}

/** The run, when this person may do it here and now; one of a cluster that they may not see does not exist for them. */
async function admitted({ gate }: LedgerNeeds, run: Run | undefined, { id, by, need }: Deed): Promise<Run> {
  const unknown = refusal(`there is no run ${id.slice(0, MOST_ID)}`, 'See `/pg runs` for the runs that there are.');
  if (!run) throw unknown;
  const wanted = need(run, by);
  const [permission, subject] = wanted instanceof TrunklineError ? (['see', run] as const) : wanted;
  try {
    await gate.admit(by, permission, subject);
  } catch (error) {
    throw error instanceof TrunklineError && error.kind === 'refusal' ? unknown : error;
  }
  if (wanted instanceof TrunklineError) throw wanted;
  return run;
}
