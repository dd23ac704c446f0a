import { asText, isTrue, type Json } from './json.ts';
import type { Method } from './method.ts';
import { isPage, pageOf } from './paging.ts';
import { bad, good } from './reply.ts';
import type { Person, UserGroup } from './seed.ts';
import type { FrontState } from './state.ts';

/** `users.*`, `usergroups.*`, and who the bot and the workspace are. */
export const peopleMethods: Record<string, Method> = {
  'auth.test': (_args, { seed, origin }) =>
    good({
      url: `${origin}/`,
      team: seed.team.name,
      team_id: seed.team.id,
      user: seed.app.botName,
      user_id: seed.app.botUserId,
      bot_id: seed.app.botId,
      is_enterprise_install: false,
    }),

  'team.info': (_args, { seed }) =>
    good({ team: { ...seed.team, email_domain: 'lumen.example', icon: { image_default: true }, is_verified: false } }),

  'bots.info': (args, { seed }) => {
    const { app } = seed;
    if (asText(args.bot) !== '' && args.bot !== app.botId) return bad('bot_not_found');
    return good({ bot: { id: app.botId, deleted: false, name: app.botName, app_id: app.appId, user_id: app.botUserId } });
  },

  'users.info': (args, state) => {
    if (args.user === state.seed.app.botUserId) return good({ user: describeBot(state) });
    const person = state.seed.people.find((each) => each.id === args.user);
    return person ? good({ user: describePerson(person, state) }) : bad('user_not_found');
  },

  'users.list': (args, state) => {
    const page = pageOf([...state.seed.people.map((each) => describePerson(each, state)), describeBot(state)], args, 100);
    if (!isPage(page)) return page;
    return good({ members: page.items, cache_ts: Math.floor(Date.now() / 1000), response_metadata: { next_cursor: page.next } });
  },

  'users.lookupByEmail': (args, state) => {
    const person = state.seed.people.find((each) => each.email === args.email && !each.deleted);
    return person ? good({ user: describePerson(person, state) }) : bad('users_not_found');
  },

  'usergroups.list': (args, state) =>
    good({ usergroups: state.seed.groups.map((each) => describeGroup(each, state, isTrue(args.include_users))) }),

  'usergroups.users.list': (args, state) => {
    const group = state.seed.groups.find((each) => each.id === args.usergroup);
    return group ? good({ users: [...group.users] }) : bad('no_such_subteam');
  },
};

function describePerson(person: Person, { seed }: FrontState): Json {
  const stranger = person.teamId !== seed.team.id;
  const fields = {
    id: person.id,
    team_id: person.teamId,
    name: person.name,
    deleted: person.deleted,
    real_name: person.realName,
    tz: 'Etc/UTC',
    tz_label: 'UTC',
    tz_offset: 0,
    profile: {
      real_name: person.realName,
      display_name: person.realName,
      real_name_normalized: person.realName,
      display_name_normalized: person.realName,
      email: person.email,
      team: person.teamId,
    },
    is_bot: false,
    is_app_user: false,
    updated: 0,
  };
  // Slack leaves the account flags out for a deactivated account.
  if (person.deleted) return fields;
  return {
    ...fields,
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: person.guest !== 'none',
    is_ultra_restricted: person.guest === 'single-channel',
    ...(stranger ? { is_stranger: true } : {}),
    is_email_confirmed: true,
  };
}

function describeBot({ seed }: FrontState): Json {
  const { app } = seed;
  const profile = {
    real_name: app.botName,
    display_name: app.botName,
    bot_id: app.botId,
    api_app_id: app.appId,
    team: seed.team.id,
  };
  const flags = { is_bot: true, is_app_user: false, is_restricted: false, is_ultra_restricted: false };
  return {
    id: app.botUserId,
    team_id: seed.team.id,
    name: app.botName,
    real_name: app.botName,
    deleted: false,
    profile,
    ...flags,
  };
}

function describeGroup(group: UserGroup, { seed }: FrontState, withUsers: boolean): Json {
  return {
    id: group.id,
    team_id: seed.team.id,
    is_usergroup: true,
    handle: group.handle,
    name: group.name,
    description: '',
    is_external: false,
    date_delete: 0,
    user_count: group.users.length,
    ...(withUsers ? { users: [...group.users] } : {}),
  };
}
