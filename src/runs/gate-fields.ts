import { refusal } from '../core/errors.ts';
import type { Subject } from '../core/person.ts';
import type { Risk } from '../core/plan.ts';
import type { Run } from '../core/run.ts';
import type { Gate } from './needs.ts';

type GateFields = Pick<
  Run,
  'state' | 'approvalsNeeded' | 'approvalsFrom' | 'confirmByAsker' | 'totpRequired' | 'expiresAtMs' | 'startWithinMs'
>;

interface Wish {
  readonly risk: Risk;
  readonly subject: Subject;
  readonly reason?: string | undefined;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/**
 * What the policy makes of a request: whether anybody is asked, who, how, and for how long.
 * @throws Refusal when no policy allows it, its reason does not fit, or nothing may start now.
 */
export function gateFields(
  gate: Pick<Gate, 'policy' | 'reasonFlaw' | 'closed'>,
  { risk, subject, reason, atMs }: Wish,
): GateFields {
  const policy = gate.policy(risk, subject);
  if (!policy.allowed) throw refusal(policy.says, policy.hint);
  const flaw = gate.reasonFlaw(risk, subject, reason) ?? gate.closed(risk, subject, atMs);
  if (flaw) throw refusal(flaw.says, flaw.hint);
  const { approvals, confirm, from, totp, expiresInMs, startWithinMs } = policy;
  const waits = approvals > 0 || confirm;
  return {
    state: waits ? 'pending' : 'queued',
    approvalsNeeded: approvals,
    ...(from ? { approvalsFrom: [...from] } : {}),
    ...(confirm ? { confirmByAsker: true } : {}),
    ...(totp ? { totpRequired: true } : {}),
    expiresAtMs: atMs + (waits ? expiresInMs : startWithinMs),
    startWithinMs,
  };
}
