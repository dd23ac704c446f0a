import type { JsonObject } from '../core/json.ts';
import { RISKS } from '../core/plan.ts';
import type { Proposal, Runbook } from '../core/runbook.ts';
import type { View } from '../core/view.ts';

/** Looks and plans; the runbook's risk is a floor, which a plan may raise and never lower. */
export async function proposeWithFloor(runbook: Runbook, input: JsonObject, view: View): Promise<Proposal> {
  const proposal = await runbook.propose(input, view);
  if (RISKS.indexOf(proposal.plan.risk) >= RISKS.indexOf(runbook.risk)) return proposal;
  return { ...proposal, plan: { ...proposal.plan, risk: runbook.risk } };
}
