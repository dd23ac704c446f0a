import { refusal } from '../core/errors.ts';
import { NeedsReason } from '../core/needs-reason.ts';
import type { Subject } from '../core/person.ts';
import type { Risk } from '../core/plan.ts';
import type { Run } from '../core/run.ts';
import type { Gate, Request } from './needs.ts';
import type { Overrides } from './overrides.ts';

/** What a request needs, and how long it lives. */
export type Terms = Pick<
  Run,
  'state' | 'approvalsNeeded' | 'approvalsFrom' | 'confirmByAsker' | 'totpRequired' | 'expiresAtMs' | 'startWithinMs'
>;

interface Asked {
  readonly risk: Risk;
  readonly subject: Subject;
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
export function termsOf(gate: PolicyGate, { risk, subject, request, overrides, nowMs }: Asked): Terms {
  const { start = {}, reason } = request;
  if (start.breakGlass)
    return { state: 'queued', approvalsNeeded: 0, expiresAtMs: nowMs + AT_ONCE_MS, startWithinMs: AT_ONCE_MS };
  const atMs = start.at?.atMs;
  const policy = policyAt(gate, { risk, subject, atMs: atMs ?? nowMs, reason });
  const { startWithinMs, approvals, confirm = false, from, totp = false } = policy;
  const approvalsNeeded = approvals + (overrides.length > 0 ? 1 : 0);
  // An override is never the asker's alone to confirm.
  const confirms = confirm && approvalsNeeded === 0;
  const terms = {
    ...{ approvalsNeeded, startWithinMs },
    ...(from ? { approvalsFrom: [...from] } : {}),
    ...(confirms ? { confirmByAsker: true } : {}),
    ...(totp ? { totpRequired: true } : {}),
  };
  if (approvalsNeeded > 0 || confirms) return { state: 'pending', ...terms, expiresAtMs: atMs ?? nowMs + policy.expiresInMs };
  return { state: atMs === undefined ? 'queued' : 'approved', ...terms, expiresAtMs: (atMs ?? nowMs) + startWithinMs };
}

type PolicyGate = Pick<Gate, 'policy' | 'reasonFlaw'>;

/**
 * @throws Refusal where no policy allows it at that time, or the reason is not as it asks; NeedsReason when it asks for one and there
 * is none.
 */
export function policyAt(
  gate: PolicyGate,
  { risk, subject, atMs, reason }: Pick<Asked, 'risk' | 'subject'> & { atMs: number; reason: string | undefined },
) {
  const policy = gate.policy(risk, subject, atMs);
  if (!policy.allowed) throw refusal(policy.says, policy.hint);
  const flaw = gate.reasonFlaw(risk, subject, reason);
  if (flaw) throw reason ? refusal(flaw.says, flaw.hint) : new NeedsReason(flaw.says, flaw.hint);
  return policy;
}
