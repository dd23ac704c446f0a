import { asError, refusal, unauthorised } from '../core/errors.ts';
import type { Asker, ChannelFacts, Identity, PersonRole } from '../core/person.ts';
import type { Risk } from '../core/plan.ts';
import { type Approvers, approversOf } from './approvers.ts';
import { authorise, type Permission, visibleTo } from './authorise.ts';
import { type Policy, type PolicyRule, policyFor } from './policy.ts';
import { type Place, type RoleGrant, roleOf } from './roles.ts';

/** What Slack says of people and channels, asked anew at each call. */
export interface Directory {
  /** `undefined` when nobody has that id. @throws when Slack can't be asked. */
  identity(userId: string): Promise<Identity | undefined>;
  /** @throws when Slack can't be asked. */
  channel(channelId: string): Promise<ChannelFacts>;
}

export interface GateConfig {
  readonly homeTeamId: string;
  readonly grants: readonly RoleGrant[];
  readonly policies: readonly PolicyRule[];
  readonly clusters: readonly Place[];
}

export interface Gate {
  /**
   * Lets an asker do what needs a role, by what Slack says of person and channel at this moment.
   * @throws Unauthorised with what is missing, also when Slack can't be asked; Refusal as for an unknown cluster when the asker
   * may not see it.
   */
  admit(asker: Asker, need: PersonRole, cluster?: string): Promise<void>;
  /** The same question about a person alone, without a channel, as it is asked again before a run starts. Resolves with why not. */
  lacks(userId: string, need: PersonRole, cluster: string): Promise<string | undefined>;
  /**
   * What an asker may do where, read once for one question.
   * @throws Unauthorised for strangers, shared channels and people without any role, also when Slack can't be asked.
   */
  standing(asker: Asker): Promise<Standing>;
  /** The names of the clusters that an asker may see; none for strangers. */
  visible(asker: Asker): Promise<readonly string[]>;
  policy(risk: Risk, environment: string): Policy;
  approvers(cluster: string, without: readonly string[]): Approvers;
}

/** A person's roles at one moment. */
export interface Standing {
  /** The best role anywhere. */
  readonly role: PersonRole;
  roleOn(cluster: string): PersonRole | undefined;
  /** Names of the clusters that the person may see. */
  readonly visible: readonly string[];
}

/** May this happen? The impure shell around the rules: it asks Slack afresh and fails closed. */
export function createGate(config: GateConfig, directory: Directory): Gate {
  const { homeTeamId, grants } = config;
  const placeOf = (name: string) => config.clusters.find((cluster) => cluster.name === name);

  const person = async (userId: string, teamId: string) => {
    if (teamId !== homeTeamId) return { ...STRANGER, userId, teamId };
    return asked(() => directory.identity(userId), 'who you are');
  };
  const channelOf = async ({ via, channelId }: Asker) =>
    via === 'slack' ? asked(() => directory.channel(channelId), 'which channel this is') : undefined;

  return {
    async admit(asker, need, name) {
      const [who, channel] = await Promise.all([person(asker.userId, asker.teamId), channelOf(asker)]);
      const cluster = name === undefined ? undefined : placeOf(name);
      if (name !== undefined && !cluster) throw unknownCluster(name, visibleTo(who, config.clusters, config));
      const permission = authorise({ person: who, channel, homeTeamId, grants, need, cluster });
      if (permission.allowed) return;
      if (permission.hidden && name !== undefined) throw unknownCluster(name, visibleTo(who, config.clusters, config));
      throw unauthorised(permission.says, permission.hint);
    },
    async lacks(userId, need, name) {
      const cluster = placeOf(name);
      if (!cluster) return `${name} is no longer in the configuration`;
      const permission = authorise({ person: await person(userId, homeTeamId), homeTeamId, grants, need, cluster });
      return permission.allowed ? undefined : whyNot(permission, need);
    },
    async standing(asker) {
      const [who, channel] = await Promise.all([person(asker.userId, asker.teamId), channelOf(asker)]);
      const permission = authorise({ person: who, channel, homeTeamId, grants, need: 'viewer' });
      if (!permission.allowed) throw unauthorised(permission.says, permission.hint);
      if (!who) throw unauthorised('nobody is known by that id', 'Ask the owners of Trunkline to be let in.');
      const visible = visibleTo(who, config.clusters, config);
      const roleOn = (name: string) => {
        const cluster = visible.find((one) => one.name === name);
        return cluster && roleOf(who, grants, cluster);
      };
      return { role: permission.role, roleOn, visible: visible.map(({ name }) => name) };
    },
    async visible(asker) {
      return visibleTo(await person(asker.userId, asker.teamId), config.clusters, config).map(({ name }) => name);
    },
    policy: (risk, environment) => policyFor(config.policies, risk, environment),
    approvers(name, without) {
      const cluster = placeOf(name);
      return cluster ? approversOf(grants, cluster, without) : { users: [], groups: [] };
    },
  };
}

const STRANGER = { displayName: '', isGuest: false, isBot: false, isDeactivated: false, groups: [] };

async function asked<T>(ask: () => Promise<T>, what: string): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const hint = 'Nothing was changed. Try again when Slack answers.';
    throw unauthorised(`Slack could not be asked ${what} (${asError(error).message}), so it is refused`, hint);
  }
}

function unknownCluster(name: string, visible: readonly Place[]) {
  const known = visible.map((cluster) => cluster.name).sort();
  const hint = known.length > 0 ? `The clusters that you may see: ${known.join(', ')}.` : 'No cluster is open to you here.';
  return refusal(`there is no cluster ${JSON.stringify(name.slice(0, 63))}`, hint);
}

function whyNot(permission: Extract<Permission, { allowed: false }>, need: PersonRole): string {
  return permission.hidden ? `the role ${need} is no longer granted` : permission.says;
}
