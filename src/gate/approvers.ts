import type { Permission, Subject } from '../core/person.ts';
import type { Rules } from './authorise.ts';
import { allows, type RoleGrant, rightOf } from './rights.ts';

export interface Approvers {
  /** Slack user ids. */
  readonly users: readonly string[];
  /** Slack user group ids, whose members may too. */
  readonly groups: readonly string[];
}

/** The grants that let somebody do a thing. */
export function grantsFor(
  { grants, clusters }: Pick<Rules, 'grants' | 'clusters'>,
  need: Permission,
  subject: Subject,
): readonly RoleGrant[] {
  return grants.filter((grant) => allows([rightOf(grant, clusters)], need, subject.cluster, subject.runbook));
}

/** Who could approve, without those given (the requester, those who voted); where only some groups' votes count, those groups. */
export function approversOf(rules: Pick<Rules, 'grants' | 'clusters'>, subject: Subject, without: readonly string[]): Approvers {
  const fitting = grantsFor(rules, 'approve', subject);
  if (subject.approvalsFrom) return { users: [], groups: fitting.length > 0 ? subject.approvalsFrom : [] };
  return {
    users: [...new Set(fitting.flatMap(({ users }) => users))].filter((user) => !without.includes(user)),
    groups: [...new Set(fitting.flatMap(({ groups }) => groups))],
  };
}
