import { refusal } from '../core/errors.ts';
import { NeedsReason } from '../core/needs-reason.ts';
import type { Risk } from '../core/plan.ts';
import type { Run } from '../core/run.ts';
import type { Gate, Request } from './needs.ts';
import type { Overrides } from './overrides.ts';

/** What a request needs, and how long it lives. */
export type Terms = Pick<Run, 'state' | 'approvalsNeeded' | 'expiresAtMs' | 'startWithinMs'>;

interface Asked {
  readonly risk: Risk;
  readonly environment: string;
  readonly request: Pick<Request, 'reason' | 'start'>;
  readonly overrides: Overrides;
  readonly nowMs: number;
}

/** A change without approval starts at once or not at all. */
const AT_ONCE_MS = 5 * 60_000;

/**
 * What the policy asks for, judged at the moment at which it would start; an override needs one more approver than that. A request
 * that is scheduled may be approved until its time; the time to start counts from there.
 * @throws Refusal where no policy allows it; NeedsReason.
 */
export function termsOf(gate: Pick<Gate, 'policy'>, { risk, environment, request, overrides, nowMs }: Asked): Terms {
  const { start = {} } = request;
  if (start.breakGlass)
    return { state: 'queued', approvalsNeeded: 0, expiresAtMs: nowMs + AT_ONCE_MS, startWithinMs: AT_ONCE_MS };
  const atMs = start.at?.atMs;
  const policy = policyAt(gate, { risk, environment, atMs: atMs ?? nowMs, reason: request.reason });
  const { startWithinMs } = policy;
  const approvalsNeeded = policy.approvals + (overrides.length > 0 ? 1 : 0);
  if (approvalsNeeded > 0)
    return { state: 'pending', approvalsNeeded, expiresAtMs: atMs ?? nowMs + policy.expiresInMs, startWithinMs };
  const state = atMs === undefined ? 'queued' : 'approved';
  return { state, approvalsNeeded, expiresAtMs: (atMs ?? nowMs) + startWithinMs, startWithinMs };
}

/** @throws Refusal where no policy allows it; NeedsReason when it asks for a reason and there is none. */
export function policyAt(
  gate: Pick<Gate, 'policy'>,
  { risk, environment, atMs, reason }: Pick<Asked, 'risk' | 'environment'> & { atMs: number; reason: string | undefined },
) {
  const policy = gate.policy(risk, environment, atMs);
  if (!policy.allowed) throw refusal(policy.says, policy.hint);
  if (policy.reasonRequired && !reason)
    throw new NeedsReason(`what ${risk.replaceAll('-', ' ')} in ${environment} needs a reason`);
  return policy;
}
