import type { ChannelFacts, Identity, PersonRole } from '../core/person.ts';
import { atLeast, type Place, type RoleGrant, roleOf } from './roles.ts';

export interface Question {
  /** What Slack says of the person now; `undefined` when there is none of that id. */
  readonly person: Identity | undefined;
  /** Where it is asked; absent when the question is not asked in a channel (a check before the start, the CLI). */
  readonly channel?: ChannelFacts | undefined;
  readonly homeTeamId: string;
  readonly grants: readonly RoleGrant[];
  readonly need: PersonRole;
  readonly cluster?: Place | undefined;
}

/** `hidden`: the person may not even see the cluster, so the answer must be the one for a cluster that does not exist. */
export type Permission =
  | { readonly allowed: true; readonly role: PersonRole }
  | { readonly allowed: false; readonly hidden: boolean; readonly says: string; readonly hint: string };

/** May this person do what needs this role, here and for this cluster? Everything that is not granted is refused. */
export function authorise({ person, channel, homeTeamId, grants, need, cluster }: Question): Permission {
  const stranger = strangeness(person, homeTeamId) ?? strangePlace(channel);
  if (stranger || !person) return refused(stranger ?? 'nobody is known by that id', 'Ask the owners of Trunkline to be let in.');
  const role = roleOf(person, grants, cluster);
  if (role === undefined)
    return {
      ...refused('no role is granted to you', 'Ask the owners of Trunkline to list you under `people` in its configuration.'),
      hidden: cluster !== undefined,
    };
  if (!atLeast(role, need))
    return refused(
      `this needs the role ${need}${cluster ? ` for ${cluster.name}` : ''}, and you hold ${role}`,
      `Ask somebody with the role ${need} to do it, or the owners of Trunkline for the role.`,
    );
  return { allowed: true, role };
}

/** The clusters that a person may see; nothing else may be named to them, not even in a suggestion. */
export function visibleTo<C extends Place>(
  person: Identity | undefined,
  clusters: readonly C[],
  { homeTeamId, grants }: Pick<Question, 'homeTeamId' | 'grants'>,
): readonly C[] {
  return clusters.filter((cluster) => authorise({ person, homeTeamId, grants, need: 'viewer', cluster }).allowed);
}

function strangeness(person: Identity | undefined, homeTeamId: string): string | undefined {
  if (!person) return 'nobody is known by that id';
  if (person.teamId !== homeTeamId) return 'people of other workspaces are not served';
  if (person.isDeactivated) return 'this account is deactivated';
  if (person.isBot) return 'bots are not served';
  if (person.isGuest) return 'guests are not served';
  return undefined;
}

function strangePlace(channel: ChannelFacts | undefined): string | undefined {
  return channel?.isExternallyShared ? 'this channel is shared with another organisation' : undefined;
}

function refused(says: string, hint: string): { allowed: false; hidden: boolean; says: string; hint: string } {
  return { allowed: false, hidden: false, says, hint };
}
