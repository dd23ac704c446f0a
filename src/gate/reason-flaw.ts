import type { Risk } from '../core/plan.ts';
import { foundIn } from '../core/safe-pattern.ts';
import type { Policy } from './policy.ts';

/** What is said to somebody who is refused. */
export interface Said {
  readonly says: string;
  readonly hint: string;
}

type Wants = Pick<Extract<Policy, { allowed: true }>, 'reasonRequired' | 'reasonPattern' | 'reasonHint'>;

/** What is wrong with the reason of a request; `undefined` when it is as the policy wants it. */
export function reasonFlaw(
  wants: Wants,
  reason: string | undefined,
  about: { risk: Risk; environment: string },
): Said | undefined {
  const { reasonRequired, reasonPattern, reasonHint } = wants;
  const what = `what ${about.risk.replaceAll('-', ' ')} in ${about.environment}`;
  const hint = reasonHint ?? 'Add --reason "why, and the ticket".';
  if (!reason) return reasonRequired || reasonPattern !== undefined ? { says: `${what} needs a reason`, hint } : undefined;
  if (reasonPattern === undefined || foundIn(reasonPattern, reason)) return undefined;
  return {
    says: `the reason for ${what} does not hold what the policy asks for`,
    hint: reasonHint ?? `It must match ${reasonPattern}.`,
  };
}
