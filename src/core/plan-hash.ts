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
  /** Blocks that the asker overrides. */
  readonly overrides?: readonly { readonly check: string; readonly reason: string }[] | undefined;
}

/**
 * sha256 in hex over the runbook's digest, its input, the material facts, the checks (id and verdict, not the moving numbers in
 * their sentences), the overrides with their reasons, and the steps. An overridden check counts the same whether it still blocks or
 * has passed meanwhile, but never once its block has become a hard one.
 */
export function planHash({ runbook, digest, input, material, plan, takesOver, overrides = [] }: Approved): string {
  const overridden = new Set(overrides.map(({ check }) => check));
  const checks = plan.checks.map(({ id, verdict, hard }) => {
    if (overridden.has(id) && hard !== true) return { id, verdict: 'overridden' };
    return { id, verdict: verdict === 'block' ? 'block' : 'open', hard };
  });
  // Both left out when there are none, so that plans without them keep the hash that they were approved with.
  const over = takesOver?.map(({ run }) => run);
  const named = overrides.length > 0 ? { overrides } : {};
  return createHash('sha256')
    .update(canonicalJson({ runbook, digest, input, material, checks, risk: plan.risk, steps: plan.steps, over, ...named }))
    .digest('hex');
}
