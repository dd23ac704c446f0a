import type { Ledger } from '../core/command.ts';
import { asError, refusal, TrunklineError } from '../core/errors.ts';
import type { Asker, Permission, Subject } from '../core/person.ts';
import type { Decision, Run } from '../core/run.ts';
import { byPerson } from './audit-line.ts';
import { cancelRun } from './cancel.ts';
import { decideHalted } from './decide.ts';
import type { LedgerNeeds } from './ledger-needs.ts';
import { askerOnly, castVote, ownRequest } from './vote.ts';
import { withdrawRun } from './withdraw.ts';

/**
 * What people do to requests and runs; buttons and commands call the same functions. Every call is audited, refusals included, and
 * each asks afresh whether the person may.
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
      if (!(await needs.runs.get(id))?.totpRequired) return false;
      const need = deed === 'confirm' ? toConfirm : toApprove;
      return audited(needs, { id, by, what: `run.${deed}`, need }, async () => true);
    },
    deny: (id, by, reason) =>
      audited(needs, { id, by, what: 'run.deny', need: toDeny }, (run) => castVote(needs, run, { by, verdict: 'deny', reason })),
    withdraw: (id, by) =>
      audited(needs, { id, by, what: 'run.withdraw', need: toWithdraw }, (run) => withdrawRun(needs, run, by)),
    cancel: (id, by) => audited(needs, { id, by, what: 'run.cancel', need: toCancel }, (run) => cancelRun(needs, run, by)),
    decide: (id, by, verb, reason) =>
      audited(needs, { id, by, what: `run.${verb}`, need: toDecide(verb) }, (run) =>
        decideHalted(needs, run, { verb, by, ...(reason ? { reason } : {}) }),
      ),
  };
}

export type RunLedger = Pick<Ledger, 'approve' | 'confirm' | 'deny' | 'withdraw' | 'cancel' | 'decide'> & {
  /** Whether the click wants a code beside it, for somebody who may make it. @throws as the deed itself. */
  wantsCode(run: string, by: Asker, deed: 'approve' | 'confirm'): Promise<boolean>;
};

interface Deed {
  readonly id: string;
  readonly by: Asker;
  readonly what: string;
  /** The permission that it takes, and for what; or why it is not for this person at all. */
  readonly need: (run: Run, by: Asker) => readonly [Permission, Subject] | TrunklineError;
}

type Need = Deed['need'];

/** Where only some groups' approvals count, everybody who may approve can still deny. */
const toDeny: Need = ({ requester, cluster, runbook }, by) => {
  if (requester.userId === by.userId) return ownRequest();
  return ['approve', { cluster, runbook }];
};
const toApprove: Need = (run, by) => {
  if (run.confirmByAsker) return askerOnly(run);
  if (run.requester.userId === by.userId) return ownRequest();
  return ['approve', run];
};
const toConfirm: Need = (run, by) => {
  if (!run.confirmByAsker) return refusal('nothing is to be confirmed here', 'Other people approve it.');
  if (run.requester.userId !== by.userId) return askerOnly(run);
  return ['ask', { cluster: run.cluster, runbook: run.runbook }];
};
const toWithdraw: Need = ({ requester, cluster, runbook }, by) => [
  requester.userId === by.userId ? 'ask' : 'administer',
  { cluster, runbook },
];

const toCancel: Need = ({ requester, cluster, runbook }, by) => [
  requester.userId === by.userId ? 'ask' : 'approve',
  { cluster, runbook },
];

/** Who asked for a run that others approved may give it up, and decides nothing else of it. */
const toDecide =
  (verb: Decision['verb']): Need =>
  (run, by) => {
    const subject = { cluster: run.cluster, runbook: run.runbook };
    if (run.approvalsNeeded === 0) return ['ask', subject];
    if (run.requester.userId !== by.userId) return ['approve', run];
    if (verb === 'abandon') return ['ask', subject];
    return refusal(`you asked for this, so another person decides whether to ${verb}`, 'Ask an approver, or give the run up.');
  };

async function audited<T>(needs: LedgerNeeds, deed: Deed, act: (run: Run) => Promise<T>): Promise<T> {
  const { id, by, what } = deed;
  const run = await needs.runs.get(id);
  try {
    return await act(await admitted(needs, run, deed));
  } catch (error) {
    const about = run ?? { id, cluster: '', planHash: '' };
    const refused = error instanceof TrunklineError && error.kind !== 'bug' && error.kind !== 'unreachable';
    const said = { what, result: refused ? 'refused' : 'broke', atMs: needs.clock.now(), why: asError(error).message };
    await needs.audit.append(byPerson(by, about, said));
    throw error;
  }
}

/** The run, when this person may do it here and now; one of a cluster that they may not see does not exist for them. */
async function admitted({ gate }: LedgerNeeds, run: Run | undefined, { id, by, need }: Deed): Promise<Run> {
  const unknown = refusal(`there is no run ${id.slice(0, 20)}`, 'See `/pg runs` for the runs that there are.');
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
