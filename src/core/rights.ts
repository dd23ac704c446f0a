import type { Risk } from './plan.ts';

/** Somebody who may do something, by a role that was granted to people and user groups. */
export interface Holder {
  readonly role: string;
  /** Slack user ids. */
  readonly users: readonly string[];
  /** User groups with the people in them now; `handle` as Slack shows it. */
  readonly groups: readonly { readonly id: string; readonly handle: string; readonly users: readonly string[] }[];
}

/** What the policy asks for at one risk. */
export interface RiskRule {
  readonly risk: Risk;
  /** What is asked for, as a clause: `2 approvals by other people`; or that no policy allows it. */
  readonly says: string;
  readonly allowed: boolean;
}

/** What the gate says of one runbook on one cluster to one person at this moment. */
export interface RightsOn {
  readonly cluster: string;
  readonly environment: string;
  readonly runbook: string;
  /** Why the asker may not; `undefined` when they may. */
  readonly cannotAsk?: string | undefined;
  readonly cannotApprove?: string | undefined;
  /** What to do about not being allowed to ask. */
  readonly hint?: string | undefined;
  readonly mayAsk: readonly Holder[];
  readonly mayApprove: readonly Holder[];
  /** From the runbook's own risk up. */
  readonly rules: readonly RiskRule[];
  /** What stands in the way now, whoever asks: a window, a freeze, a lock; clauses. */
  readonly inTheWay: readonly string[];
}

/** What an asker may do, asked of the gate. */
export interface Rights {
  /** @throws Refusal for a runbook that there is not; Unreachable when nobody can say. */
  on(cluster: string, runbook: string): Promise<RightsOn>;
}
