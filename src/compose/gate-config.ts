import type { Config } from '../config/schema.ts';
import { type Permission, ROLES } from '../core/person.ts';
import type { Loaded } from '../load.ts';
import type { GateConfig } from '../gate/gate.ts';

/** The configuration, and what the runbooks themselves ask for, as the gate's rules. */
export function gateConfig(config: Config, { runbooks }: Pick<Loaded, 'runbooks'>): GateConfig {
  const { slack, roles, people, channels, policies, freezes, clusters } = config;
  const { direct, others, ...byChannel } = channels.ceilings;
  const may = new Map<string, readonly Permission[]>([
    ...Object.entries(ROLES),
    ...roles.map(({ name, may }) => [name, may] as const),
  ]);
  return {
    homeTeamId: slack.teamId,
    grants: people.map((grant) => ({ ...grant, may: may.get(grant.role) ?? [] })),
    ceilings: { byChannel, ...(direct ? { direct } : {}), ...(others ? { others } : {}) },
    policies,
    freezes,
    leastApprovals: (name) => runbooks.find((one) => one.name === name)?.leastApprovals ?? 0,
    clusters: clusters.map(({ name, environment }) => ({ name, environment })),
  };
}

/** The user groups that the configuration names. */
export function groupsOf({
  people,
  policies,
  breakGlass,
}: Pick<Config, 'people' | 'policies' | 'breakGlass'>): readonly string[] {
  const named = [...people, ...(breakGlass ? [breakGlass] : [])].flatMap(({ groups }) => groups);
  return [...new Set([...named, ...policies.flatMap(({ from = [] }) => from)])];
}
