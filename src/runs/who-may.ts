import { refusal, type TrunklineError } from '../core/errors.ts';
import type { Asker, Permission, Subject } from '../core/person.ts';
import type { Decision, Run } from '../core/run.ts';
import type { RunState } from '../core/run-state.ts';
import { askerOnly, ownRequest } from './vote.ts';

/** The permission that a deed takes, and for what; or why it is not for this person at all. */
export type Need = (run: Run, by: Asker) => readonly [Permission, Subject] | TrunklineError;

export const toAsk: Need = ({ cluster, runbook }) => ['ask', { cluster, runbook }];

/** Where only some groups' approvals count, everybody who may approve can still deny. */
export const toDeny: Need = ({ requester, cluster, runbook }, by) => {
  if (requester.userId === by.userId) return ownRequest();
  return ['approve', { cluster, runbook }];
};
export const toApprove: Need = (run, by) => {
  if (run.confirmByAsker) return askerOnly(run);
  if (run.requester.userId === by.userId) return ownRequest();
  return ['approve', run];
};
export const toConfirm: Need = (run, by) => {
  if (!run.confirmByAsker) return refusal('nothing is to be confirmed here', 'Other people approve it.');
  if (run.requester.userId !== by.userId) return askerOnly(run);
  return ['ask', { cluster: run.cluster, runbook: run.runbook }];
};
export const toWithdraw: Need = ({ requester, cluster, runbook }, by) => [
  requester.userId === by.userId ? 'ask' : 'administer',
  { cluster, runbook },
];

/** One that still waits is withdrawn by it, or denied with a reason by others. */
export const toCancel: Need = (run, by) => {
  if (WAITS.includes(run.state)) return toWithdraw(run, by);
  const { requester, cluster, runbook } = run;
  return [requester.userId === by.userId ? 'ask' : 'approve', { cluster, runbook }];
};

const WAITS: readonly RunState[] = ['pending', 'approved', 'queued'];

/** Who asked for a run that others approved may give it up, and decides nothing else of it. */
export const toDecide =
  (verb: Decision['verb']): Need =>
  (run, by) => {
    const subject = { cluster: run.cluster, runbook: run.runbook };
    const isAsker = run.requester.userId === by.userId;
    // Nobody approved these beforehand, so that is no leave for everybody who may ask.
    if (run.breakGlass || run.confirmByAsker) return [isAsker ? 'ask' : 'approve', subject];
    if (run.approvalsNeeded === 0) return ['ask', subject];
    if (!isAsker) return ['approve', run];
    if (verb === 'abandon') return ['ask', subject];
    return refusal(`you asked for this, so another person decides whether to ${verb}`, 'Ask an approver, or give the run up.');
  };

export const toReview: Need = ({ requester, cluster, runbook }, by) => {
  if (requester.userId === by.userId)
    return refusal('you started this, so you cannot review it', 'Ask an approver who had no part in it.');
  return ['approve', { cluster, runbook }];
};
