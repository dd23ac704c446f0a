import type { Ledger } from '../core/command.ts';
import { asError, refusal, TrunklineError } from '../core/errors.ts';
import type { Asker, PersonRole } from '../core/person.ts';
import type { Decision, Run } from '../core/run.ts';
import { askAgain } from './ask-again.ts';
import { byPerson } from './audit-line.ts';
import { aboutCluster, lockCluster, unlockCluster } from './keep-cluster.ts';
import type { LedgerNeeds } from './ledger-needs.ts';
import { cancelRun } from './cancel.ts';
import { decideHalted } from './decide.ts';
import { reviewRun } from './review.ts';
import { castVote, ownRequest } from './vote.ts';
import { withdrawRun } from './withdraw.ts';

/**
 * What people do to requests, runs and clusters; buttons and commands call the same functions. Every call is audited, refusals
 * included, and each asks afresh whether the person may.
 */
export function createLedger(needs: LedgerNeeds): Ledger {
  return {
    approve: (id, by) =>
      audited(needs, { id, by, what: 'run.approve', need: toVote }, (run) => castVote(needs, run, { by, verdict: 'approve' })),
    deny: (id, by, reason) =>
      audited(needs, { id, by, what: 'run.deny', need: toVote }, (run) => castVote(needs, run, { by, verdict: 'deny', reason })),
    withdraw: (id, by) =>
      audited(needs, { id, by, what: 'run.withdraw', need: toWithdraw }, (run) => withdrawRun(needs, run, by)),
    cancel: (id, by) => audited(needs, { id, by, what: 'run.cancel', need: toCancel }, (run) => cancelRun(needs, run, by)),
    decide: (id, by, verb, reason) =>
      audited(needs, { id, by, what: `run.${verb}`, need: toDecide(verb) }, (run) =>
        decideHalted(needs, run, { verb, by, ...(reason ? { reason } : {}) }),
      ),
    again: (id, by) => audited(needs, { id, by, what: 'run.again', need: () => 'operator' }, (run) => askAgain(needs, run, by)),
    review: (id, by, says) =>
      audited(needs, { id, by, what: 'run.review', need: toReview }, (run) => reviewRun(needs, run, by, says)),
    lock: (cluster, by, terms) =>
      auditedCluster(needs, { cluster, by, what: 'cluster.lock' }, () => lockCluster(needs, cluster, by, terms)),
    unlock: (cluster, by) =>
      auditedCluster(needs, { cluster, by, what: 'cluster.unlock' }, async () => {
        const isAdmin = (await needs.gate.lacks(by.userId, 'admin', cluster)) === undefined;
        return unlockCluster(needs, cluster, by, isAdmin);
      }),
  };
}

interface Deed {
  readonly id: string;
  readonly by: Asker;
  readonly what: string;
  /** The role that it takes. */
  readonly need: (run: Run, by: Asker) => PersonRole;
}

const toVote = (run: Run, by: Asker): PersonRole => {
  if (run.requester.userId === by.userId) throw ownRequest();
  return 'approver';
};
const toWithdraw = (run: Run, by: Asker): PersonRole => (run.requester.userId === by.userId ? 'operator' : 'admin');

const toCancel = (run: Run, by: Asker): PersonRole => (run.requester.userId === by.userId ? 'operator' : 'approver');

/** Who asked for a run that others approved may give it up, and decides nothing else of it. */
const toDecide =
  (verb: Decision['verb']) =>
  (run: Run, by: Asker): PersonRole => {
    if (run.approvalsNeeded === 0) return 'operator';
    if (run.requester.userId !== by.userId) return 'approver';
    if (verb === 'abandon') return 'operator';
    throw refusal(`you asked for this, so another person decides whether to ${verb}`, 'Ask an approver, or give the run up.');
  };

const toReview = (run: Run, by: Asker): PersonRole => {
  if (run.requester.userId === by.userId)
    throw refusal('you started this, so you cannot review it', 'Ask an approver who had no part in it.');
  return 'approver';
};

async function auditedCluster<T>(
  needs: LedgerNeeds,
  { cluster, by, what }: { readonly cluster: string; readonly by: Asker; readonly what: string },
  act: () => Promise<T>,
): Promise<T> {
  try {
    await needs.gate.admit(by, 'operator', cluster);
    return await act();
  } catch (error) {
    await needs.audit.append(byPerson(by, aboutCluster(cluster), failed(needs, what, error)));
    throw error;
  }
}

function failed({ clock }: LedgerNeeds, what: string, error: unknown) {
  const refused = error instanceof TrunklineError && error.kind !== 'bug' && error.kind !== 'unreachable';
  return { what, result: refused ? 'refused' : 'broke', atMs: clock.now(), why: asError(error).message };
}

async function audited<T>(needs: LedgerNeeds, deed: Deed, act: (run: Run) => Promise<T>): Promise<T> {
  const { id, by, what } = deed;
  const run = await needs.runs.get(id);
  try {
    return await act(await admitted(needs, run, deed));
  } catch (error) {
    const about = run ?? { id, cluster: '', planHash: '' };
    await needs.audit.append(byPerson(by, about, failed(needs, what, error)));
    throw error;
  }
}

/** The run, when this person may do it here and now; one of a cluster that they may not see does not exist for them. */
async function admitted({ gate }: LedgerNeeds, run: Run | undefined, { id, by, need }: Deed): Promise<Run> {
  const unknown = refusal(`there is no run ${id.slice(0, 20)}`, 'See `/pg runs` for the runs that there are.');
  if (!run) throw unknown;
  const role = need(run, by);
  try {
    await gate.admit(by, role, run.cluster);
  } catch (error) {
    throw error instanceof TrunklineError && error.kind === 'refusal' ? unknown : error;
  }
  return run;
}
