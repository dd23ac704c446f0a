import type { Identity, Permission } from '../core/person.ts';

/** A role that is granted to people: what it lets them do, and where, as the configuration says it. */
export interface RoleGrant extends Extent {
  readonly role: string;
  readonly may: readonly Permission[];
  /** Slack user ids. */
  readonly users: readonly string[];
  /** Slack user group ids. */
  readonly groups: readonly string[];
}

/** Which part of the world something speaks of; each list means all when absent. */
export interface Extent {
  readonly environments?: readonly string[] | undefined;
  readonly clusters?: readonly string[] | undefined;
  readonly runbooks?: readonly string[] | undefined;
}

/** What may be done in a channel at most. */
export interface Ceiling extends Extent {
  readonly may: readonly Permission[];
}

export interface Place {
  readonly name: string;
  readonly environment: string;
}

/** One grant worked out: what may be done to which clusters by which runbooks (all when absent). */
export interface Right {
  readonly role: string;
  readonly may: readonly Permission[];
  readonly clusters: readonly string[];
  readonly runbooks?: readonly string[] | undefined;
}

/** A person's rights, one for each grant that names them; a ceiling takes away from each, and never adds. */
export function rightsOf(
  person: Pick<Identity, 'userId' | 'groups'>,
  { grants, clusters }: { readonly grants: readonly RoleGrant[]; readonly clusters: readonly Place[] },
  ceiling?: Ceiling,
): readonly Right[] {
  return grants
    .filter(({ users, groups }) => users.includes(person.userId) || groups.some((group) => person.groups.includes(group)))
    .map((grant) => lowered(rightOf(grant, clusters), ceiling && rightOf({ role: '', ...ceiling }, clusters)));
}

/** A grant, or a ceiling, worked out on the clusters that there are. */
export function rightOf(
  { role, may, runbooks, ...extent }: Ceiling & { readonly role: string },
  clusters: readonly Place[],
): Right {
  const covered = clusters.filter((cluster) => covers(extent, cluster)).map(({ name }) => name);
  return { role, may: seeing(may), clusters: covered, ...(runbooks ? { runbooks } : {}) };
}

/** True when something speaks of this cluster, whatever the runbook. */
export function covers({ environments, clusters }: Extent, { name, environment }: Place): boolean {
  return (environments?.includes(environment) ?? true) && (clusters?.includes(name) ?? true);
}

/** True when the rights let do it. Seeing a cluster asks for no runbook; anything else without one needs a right to all of them. */
export function allows(rights: readonly Right[], need: Permission, cluster: string, runbook?: string): boolean {
  return rights.some(
    ({ may, clusters, runbooks }) =>
      may.includes(need) &&
      clusters.includes(cluster) &&
      (need === 'see' || runbooks === undefined || (runbook !== undefined && runbooks.includes(runbook))),
  );
}

/** True when there is any cluster, and any runbook or the one given, for which the rights let do it. */
export function allowsSomewhere(rights: readonly Right[], need: Permission, runbook?: string): boolean {
  return rights.some(
    ({ may, clusters, runbooks }) =>
      may.includes(need) &&
      clusters.length > 0 &&
      (need === 'see' || runbooks === undefined || (runbook === undefined ? runbooks.length > 0 : runbooks.includes(runbook))),
  );
}

/** True when one right lets do it to everything that there is. */
export function allowsEverywhere(rights: readonly Right[], need: Permission, clusters: readonly Place[]): boolean {
  return rights.some(
    (right) =>
      right.may.includes(need) && right.runbooks === undefined && clusters.every(({ name }) => right.clusters.includes(name)),
  );
}

function seeing(may: readonly Permission[]): readonly Permission[] {
  return may.length === 0 || may.includes('see') ? may : ['see', ...may];
}

function lowered(right: Right, ceiling: Right | undefined): Right {
  if (!ceiling) return right;
  const runbooks = ceiling.runbooks === undefined ? right.runbooks : common(right.runbooks ?? ceiling.runbooks, ceiling.runbooks);
  return {
    role: right.role,
    may: common(right.may, ceiling.may),
    clusters: common(right.clusters, ceiling.clusters),
    ...(runbooks ? { runbooks } : {}),
  };
}

function common<T>(some: readonly T[], others: readonly T[]): readonly T[] {
  return some.filter((one) => others.includes(one));
}
