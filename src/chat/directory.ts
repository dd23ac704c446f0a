import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { refusal } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { ChannelFacts, Identity } from '../core/person.ts';
import { createCache } from './cache.ts';
import { cannotAsk, isRefusedBySlack, type Lane } from './lane.ts';
import { answerAs } from './web-api.ts';

export interface Freshness {
  /** Asks Slack now, whatever is remembered: for votes and for the start of a run. */
  readonly fresh?: boolean;
}

/** Who people are and what channels are, as Slack says; reads are remembered for at most 30 s. */
export interface Directory {
  /**
   * `groups` are those of the configured user groups that the person is in.
   * `undefined` when Slack knows no such person here.
   * @throws TrunklineError 'unreachable' when Slack can't be asked, so that nobody is let in.
   */
  person(userId: string, freshness?: Freshness): Promise<Identity | undefined>;
  /** The people of a user group that the configuration names. @throws TrunklineError 'unreachable' when Slack can't be asked. */
  members(group: string, freshness?: Freshness): Promise<readonly string[]>;
  /** @throws TrunklineError 'unreachable' when Slack can't be asked, 'refusal' for a channel that the bot can't see. */
  channel(channelId: string, freshness?: Freshness): Promise<ChannelFacts>;
  /** The configured user groups that exist, with their people. @throws TrunklineError 'unreachable' when Slack can't be asked. */
  groups(): Promise<readonly UserGroup[]>;
}

/** A user group of the workspace. */
export interface UserGroup {
  readonly id: string;
  /** As it is typed after @. */
  readonly handle: string;
  /** User ids. */
  readonly users: readonly string[];
}

export interface DirectoryOptions {
  readonly lane: Lane;
  readonly clock: Clock;
  readonly log: Log;
  /** The user groups that the configuration names. */
  readonly groups: readonly string[];
}

const REMEMBERED_MS = 30_000;
const WITHIN_MS = 5000;

const Flag = z.boolean().default(false);
const UserAnswer = z.object({
  user: z.object({
    id: z.string(),
    team_id: z.string().default(''),
    name: z.string().default(''),
    real_name: z.string().optional(),
    deleted: Flag,
    is_bot: Flag,
    is_workflow_bot: Flag,
    is_restricted: Flag,
    is_ultra_restricted: Flag,
    is_stranger: Flag,
    profile: z.object({ display_name: z.string().optional(), real_name: z.string().optional() }).default({}),
  }),
});
const GroupsAnswer = z.object({ usergroups: z.array(z.object({ id: z.string(), handle: z.string().default('') })).default([]) });
const GroupAnswer = z.object({ users: z.array(z.string()).default([]) });
const ChannelAnswer = z.object({
  channel: z.object({
    id: z.string(),
    name: z.string().default(''),
    is_im: Flag,
    is_ext_shared: Flag,
    is_pending_ext_shared: Flag,
    connected_team_ids: z.array(z.string()).default([]),
  }),
});

/** Asks users.info, usergroups.users.list and conversations.info. Somebody of another workspace shows by `teamId`; strangers count as guests. */
export function createDirectory({ lane, clock, log, groups }: DirectoryOptions): Directory {
  const people = createCache<Identity | undefined>(clock, REMEMBERED_MS);
  const members = createCache<readonly string[]>(clock, REMEMBERED_MS);
  const channels = createCache<ChannelFacts>(clock, REMEMBERED_MS);
  const ask: Ask = (method, args) => lane.call(method, args, { when: 'repeat', withinMs: WITHIN_MS });

  async function identify(userId: string, fresh: boolean): Promise<Identity | undefined> {
    const [user, ...lists] = await Promise.all([
      userOf(ask, userId),
      ...groups.map((group) => members.get(group, fresh, () => membersOf(ask, group, log))),
    ]);
    return user && { ...user, groups: groups.filter((_group, at) => lists[at]?.includes(userId) ?? false) };
  }

  async function groupsNow(): Promise<readonly UserGroup[]> {
    const { usergroups } = answerAs(GroupsAnswer, 'usergroups.list', await ask('usergroups.list', {}));
    const ours = usergroups.filter(({ id }) => groups.includes(id));
    const lists = await Promise.all(ours.map(({ id }) => members.get(id, false, () => membersOf(ask, id, log))));
    return ours.map(({ id, handle }, at) => ({ id, handle: handle || id, users: lists[at] ?? [] }));
  }

  return {
    groups: () =>
      groupsNow().catch((error: unknown) => {
        throw cannotAsk('who is in the user groups could not be established', error);
      }),
    person: (userId, { fresh = false } = {}) =>
      people
        .get(userId, fresh, () => identify(userId, fresh))
        .catch((error: unknown) => {
          throw cannotAsk('who this is could not be established', error);
        }),
    members: (group, { fresh = false } = {}) =>
      members
        .get(group, fresh, () => membersOf(ask, group, log))
        .catch((error: unknown) => {
          throw cannotAsk('who is in a user group could not be established', error);
        }),
    channel: (channelId, { fresh = false } = {}) =>
      channels
        .get(channelId, fresh, () => channelOf(ask, channelId))
        .catch((error: unknown) => {
          if (!isRefusedBySlack(error, 'channel_not_found', 'not_in_channel')) {
            throw cannotAsk('what kind of channel this is could not be established', error);
          }
          throw refusal('this channel is not visible to the bot', 'Invite the bot to this channel, or ask in one where it is.');
        }),
  };
}

type Ask = (method: string, args: Readonly<Record<string, unknown>>) => Promise<unknown>;

async function userOf(ask: Ask, userId: string): Promise<Omit<Identity, 'groups'> | undefined> {
  try {
    const { user } = answerAs(UserAnswer, 'users.info', await ask('users.info', { user: userId }));
    return {
      userId: user.id,
      teamId: user.team_id,
      displayName: nameOf(user),
      isGuest: user.is_restricted || user.is_ultra_restricted || user.is_stranger,
      isBot: user.is_bot || user.is_workflow_bot,
      isDeactivated: user.deleted,
    };
  } catch (error) {
    if (isRefusedBySlack(error, 'user_not_found', 'users_not_found', 'user_not_visible')) return undefined;
    throw error;
  }
}

function nameOf({ profile, real_name: realName, name, id }: z.output<typeof UserAnswer>['user']): string {
  return profile.display_name || profile.real_name || realName || name || id;
}

async function membersOf(ask: Ask, group: string, log: Log): Promise<readonly string[]> {
  try {
    const answer = await ask('usergroups.users.list', { usergroup: group });
    return answerAs(GroupAnswer, 'usergroups.users.list', answer).users;
  } catch (error) {
    if (!isRefusedBySlack(error, 'no_such_subteam', 'subteam_not_found')) throw error;
    log.warn('a user group of the configuration does not exist or is disabled; nobody is in it', { group });
    return [];
  }
}

async function channelOf(ask: Ask, channelId: string): Promise<ChannelFacts> {
  const { channel } = answerAs(ChannelAnswer, 'conversations.info', await ask('conversations.info', { channel: channelId }));
  return {
    id: channel.id,
    name: channel.name || channel.id,
    isExternallyShared: channel.is_ext_shared || channel.is_pending_ext_shared || channel.connected_team_ids.length > 0,
    isDirectMessage: channel.is_im,
  };
}
