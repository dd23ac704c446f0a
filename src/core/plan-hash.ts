import { createHash } from 'node:crypto';
import { canonicalJson, type JsonObject } from './json.ts';
import type { StoredPlan } from './plan.ts';

/** What an approval is bound to. */
export interface Approved {
  readonly runbook: string;
  /** Digest of the runbook's source: another release voids open approvals. */
  readonly digest: string;
  readonly input: JsonObject;
  readonly material: JsonObject;
  readonly plan: StoredPlan;
  /** Runs that an emergency takes over. */
  readonly takesOver?: readonly { readonly run: string }[] | undefined;
}

/**
 * sha256 in hex over the runbook's digest, its input, the material facts, the checks (id and verdict, not the moving numbers in
 * their sentences) and the steps.
 */
export function planHash({ runbook, digest, input, material, plan, takesOver }: Approved): string {
  const checks = plan.checks.map(({ id, verdict, hard }) => ({ id, verdict: verdict === 'block' ? 'block' : 'open', hard }));
  const over = takesOver?.map(({ run }) => run);
  return createHash('sha256')
    .update(canonicalJson({ runbook, digest, input, material, checks, risk: plan.risk, steps: plan.steps, over }))
    .digest('hex');
}
