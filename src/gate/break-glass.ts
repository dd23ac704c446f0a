import { asError } from '../core/errors.ts';
import type { Asker, Identity } from '../core/person.ts';
import type { Place } from './rights.ts';

/** Who may start a change without approval, and where, as the configuration says it. */
export interface BreakGlassRule {
  /** Slack user ids. */
  readonly users: readonly string[];
  /** Slack user group ids. */
  readonly groups: readonly string[];
  /** All when absent. */
  readonly environments?: readonly string[] | undefined;
  /** All when absent. */
  readonly clusters?: readonly string[] | undefined;
  /** Milliseconds until somebody else must have reviewed it. */
  readonly reviewWithin: number;
}

export interface BreakGlass {
  /**
   * Why a person may not do it on this cluster; `undefined` when they may. Who is in a group is asked at this moment, of those whose
   * word counts for their way in (Slack when absent), and it fails closed.
   */
  lacks(userId: string, cluster: string, via?: Asker['via']): Promise<string | undefined>;
  readonly reviewWithinMs: number;
}

interface Needs {
  readonly rule: BreakGlassRule | undefined;
  readonly clusters: readonly Place[];
  /** @throws when Slack can't be asked. */
  readonly identity: (userId: string, via: Asker['via']) => Promise<Pick<Identity, 'userId' | 'groups'> | undefined>;
}

/** Nobody may when the configuration has no rule. The role on the cluster is another question, which the gate answers. */
export function createBreakGlass({ rule, clusters, identity }: Needs): BreakGlass {
  const listed = async ({ users, groups }: BreakGlassRule, userId: string, via: Asker['via']) => {
    if (users.includes(userId) || groups.length === 0) return users.includes(userId);
    const person = await identity(userId, via);
    return groups.some((group) => person?.groups.includes(group) ?? false);
  };
  return {
    reviewWithinMs: rule?.reviewWithin ?? 0,
    async lacks(userId, name, via = 'slack') {
      const cluster = clusters.find((one) => one.name === name);
      if (!rule) return 'the configuration lists nobody under breakGlass';
      if (!cluster || !holds(rule, cluster)) return `breakGlass in the configuration does not cover ${name}`;
      try {
        if (await listed(rule, userId, via)) return undefined;
        return 'this person is not listed under breakGlass in the configuration';
      } catch (error) {
        return `Slack could not be asked who this is (${asError(error).message})`;
      }
    },
  };
}

function holds({ environments, clusters }: BreakGlassRule, { name, environment }: Place): boolean {
  return (environments?.includes(environment) ?? true) && (clusters?.includes(name) ?? true);
}
