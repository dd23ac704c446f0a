import { type Identity, type PersonRole, ROLES } from '../core/person.ts';

/** Who holds a role and where, as the configuration says it. */
export interface RoleGrant {
  readonly role: PersonRole;
  /** All when absent. */
  readonly environments?: readonly string[] | undefined;
  /** All when absent. */
  readonly clusters?: readonly string[] | undefined;
  /** Slack user ids. */
  readonly users: readonly string[];
  /** Slack user group ids. */
  readonly groups: readonly string[];
}

export interface Place {
  readonly name: string;
  readonly environment: string;
}

/** The highest role that a person holds for a cluster; without a cluster, the highest anywhere. Nothing granted: `undefined`. */
export function roleOf(
  person: Pick<Identity, 'userId' | 'groups'>,
  grants: readonly RoleGrant[],
  cluster?: Place,
): PersonRole | undefined {
  const held = grants.filter((grant) => includes(grant, person) && (!cluster || covers(grant, cluster))).map(({ role }) => role);
  return ROLES.findLast((role) => held.includes(role));
}

/** True when `role` is `least` or higher. */
export function atLeast(role: PersonRole | undefined, least: PersonRole): boolean {
  return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** True when a grant speaks of this cluster. */
export function covers({ environments, clusters }: RoleGrant, { name, environment }: Place): boolean {
  return (environments?.includes(environment) ?? true) && (clusters?.includes(name) ?? true);
}

function includes({ users, groups }: RoleGrant, person: Pick<Identity, 'userId' | 'groups'>): boolean {
  return users.includes(person.userId) || groups.some((group) => person.groups.includes(group));
}
