import type { Risk } from '../core/plan.ts';

/** What a risk needs in an environment, as the configuration says it. */
export interface PolicyRule {
  readonly risk: readonly Risk[];
  /** All when absent. */
  readonly environments?: readonly string[] | undefined;
  /** Approvals by other people. */
  readonly approvals: number;
  readonly reasonRequired: boolean;
  /** Milliseconds until a request lapses. */
  readonly expiresIn: number;
  /** Milliseconds that an approved request may wait for its start. */
  readonly startWithin: number;
}

export type Policy =
  | {
      readonly allowed: true;
      readonly approvals: number;
      readonly reasonRequired: boolean;
      readonly expiresInMs: number;
      readonly startWithinMs: number;
    }
  | { readonly allowed: false; readonly says: string; readonly hint: string };

/** The first rule that fits the plan's risk and the cluster's environment; none fits: refused. */
export function policyFor(rules: readonly PolicyRule[], risk: Risk, environment: string): Policy {
  const rule = rules.find((one) => one.risk.includes(risk) && (one.environments?.includes(environment) ?? true));
  if (!rule)
    return {
      allowed: false,
      says: `no policy allows what ${risk.replaceAll('-', ' ')} in ${environment}`,
      hint: 'Add a rule for this risk and environment under `policies` in the configuration.',
    };
  const { approvals, reasonRequired, expiresIn, startWithin } = rule;
  return { allowed: true, approvals, reasonRequired, expiresInMs: expiresIn, startWithinMs: startWithin };
}
