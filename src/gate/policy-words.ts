import type { Policy } from './policy.ts';
import { windowWords } from './when-allowed.ts';

/** What a policy asks for, as a clause: `2 approvals by other people, a reason, a one-time code (rule 3)`. */
export function policyWords(policy: Extract<Policy, { allowed: true }>, handleOf: (group: string) => string): string {
  const { windows, totp, rule } = policy;
  const asked = [
    askedOf(policy, handleOf),
    ...reasonWords(policy),
    ...(totp ? ['a one-time code beside each click'] : []),
    ...(windows.length > 0 ? [`only ${windows.map(windowWords).join('; ')}`] : []),
  ];
  return `${asked.join(', ')} (rule ${rule})`;
}

function askedOf({ approvals, confirm, from }: Extract<Policy, { allowed: true }>, handleOf: (group: string) => string): string {
  if (confirm) return 'the asker confirms with a second click';
  if (approvals === 0) return 'no approval';
  const by = from ? `by members of ${from.map((id) => `@${handleOf(id)}`).join(', ')} other than the asker` : 'by other people';
  return `${approvals} ${approvals === 1 ? 'approval' : 'approvals'} ${by}`;
}

function reasonWords({ reasonRequired, reasonPattern, reasonHint }: Extract<Policy, { allowed: true }>): readonly string[] {
  if (reasonPattern !== undefined) return [`a reason that matches ${reasonPattern}${reasonHint ? ` (${reasonHint})` : ''}`];
  return reasonRequired ? ['a reason'] : [];
}
