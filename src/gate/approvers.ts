import { atLeast, covers, type Place, type RoleGrant } from './roles.ts';

export interface Approvers {
  /** Slack user ids. */
  readonly users: readonly string[];
  /** Slack user group ids, whose members may approve too. */
  readonly groups: readonly string[];
}

/** Who could approve for a cluster: the approvers and admins that are granted for it, without those given (the requester, those who voted). */
export function approversOf(grants: readonly RoleGrant[], cluster: Place, without: readonly string[]): Approvers {
  const fitting = grants.filter((grant) => atLeast(grant.role, 'approver') && covers(grant, cluster));
  return {
    users: [...new Set(fitting.flatMap(({ users }) => users))].filter((user) => !without.includes(user)),
    groups: [...new Set(fitting.flatMap(({ groups }) => groups))],
  };
}
