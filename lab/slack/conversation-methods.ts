import { type Conversation, findById, openDirect } from './conversations.ts';
import { asText, isTrue, type Json } from './json.ts';
import type { Method } from './method.ts';
import { isPage, type Page, pageOf } from './paging.ts';
import { bad, good, isReply, type Reply } from './reply.ts';
import type { Channel } from './seed.ts';
import { type FrontState, noteKey } from './state.ts';

/** `conversations.*`: shared channels, membership, paged history with metadata. */
export const conversationMethods: Record<string, Method> = {
  async 'conversations.info'(args, state) {
    const place = await findById(state, asText(args.channel));
    return place ? good({ channel: describe(place, state) }) : bad('channel_not_found');
  },

  'conversations.list': (args, state) => listChannels(args, state, () => true),
  'users.conversations': (args, state) => listChannels(args, state, (channel) => channel.botIsMember),

  async 'conversations.members'(args, state) {
    const place = await findById(state, asText(args.channel));
    if (!place) return bad('channel_not_found');
    const { botUserId } = state.seed.app;
    const people = place.channel ? [...place.channel.members] : [asText(place.person)];
    const members = !place.channel || place.channel.botIsMember ? [...people, botUserId] : people;
    const page = pageOf(members, args, 100);
    return isPage(page) ? good({ members: page.items, ...cursor(page) }) : page;
  },

  async 'conversations.history'(args, state) {
    const place = await readable(args, state);
    if (isReply(place)) return place;
    const all = (await visible(place, state)).filter((message) => !isInThread(message));
    const page = pageOf(between(all, args).toReversed(), args, 100, 999);
    if (!isPage(page)) return page;
    return good({
      messages: page.items.map((each) => shown(each, place, args, state)),
      has_more: page.next !== '',
      pin_count: 0,
      ...cursor(page),
    });
  },

  async 'conversations.replies'(args, state) {
    const place = await readable(args, state);
    if (isReply(place)) return place;
    const ts = asText(args.ts);
    const thread = (await visible(place, state)).filter((message) => message.ts === ts || message.thread_ts === ts);
    if (!thread.some((message) => message.ts === ts)) return bad('thread_not_found');
    const page = pageOf(between(thread, args, ts), args, 1000);
    if (!isPage(page)) return page;
    return good({
      messages: page.items.map((each) => shown(each, place, args, state)),
      has_more: page.next !== '',
      ...cursor(page),
    });
  },

  async 'conversations.open'(args, state) {
    const users = asText(args.users).split(',').filter(Boolean);
    const [user] = users;
    if (!user) return bad('users_list_not_supplied');
    if (users.length > 1) return bad('method_not_supported_for_channel_type');
    if (user === state.seed.app.botUserId) return bad('cannot_dm_bot');
    const person = state.seed.people.find((each) => each.id === user);
    if (!person) return bad('user_not_found');
    if (person.deleted) return bad('user_disabled');
    return good({ no_op: false, already_open: false, channel: { id: await openDirect(state, user) } });
  },

  async 'conversations.join'(args, state) {
    const place = await findById(state, asText(args.channel));
    if (!place?.channel) return bad('channel_not_found');
    if (place.channel.archived) return bad('is_archived');
    place.channel.botIsMember = true;
    return good({ channel: describe(place, state) });
  },
};

/** A conversation as Slack describes it. */
function describe({ id, channel, person }: Conversation, state: FrontState): Json {
  if (!channel) return { id, is_im: true, user: person, is_org_shared: false, is_ext_shared: false, is_archived: false };
  return {
    id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: true,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: false,
    is_general: false,
    is_archived: channel.archived,
    is_member: channel.botIsMember,
    is_shared: channel.extShared,
    is_ext_shared: channel.extShared,
    is_org_shared: false,
    is_pending_ext_shared: false,
    shared_team_ids: teamsOf(channel, state),
    context_team_id: state.seed.team.id,
    num_members: channel.members.length + (channel.botIsMember ? 1 : 0),
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}

function teamsOf(channel: Channel, { seed }: FrontState): string[] {
  if (!channel.extShared) return [seed.team.id];
  const teams = seed.people.filter((each) => channel.members.includes(each.id)).map((each) => each.teamId);
  return [...new Set([seed.team.id, ...teams])];
}

function listChannels(args: Json, state: FrontState, wanted: (channel: Channel) => boolean): Reply {
  const types = (asText(args.types) || 'public_channel').split(',');
  const channels: Conversation[] = types.includes('public_channel')
    ? state.seed.channels
        .filter((each) => wanted(each) && !(isTrue(args.exclude_archived) && each.archived))
        .map((channel) => ({ id: channel.id, channel }))
    : [];
  const direct = types.includes('im') ? [...state.direct].map(([id, person]) => ({ id, person })) : [];
  const page = pageOf([...channels, ...direct], args, 100);
  return isPage(page) ? good({ channels: page.items.map((each) => describe(each, state)), ...cursor(page) }) : page;
}

async function readable(args: Json, state: FrontState): Promise<Conversation | Reply> {
  const place = await findById(state, asText(args.channel));
  if (!place) return bad('channel_not_found');
  return place.channel && !place.channel.botIsMember ? bad('not_in_channel') : place;
}

/** What history knows: no ephemeral messages, the thread counters computed, oldest first. */
async function visible(place: Conversation, { upstream }: FrontState): Promise<Json[]> {
  const all = (await upstream.messages(place.id)).filter((message) => message.subtype !== 'ephemeral');
  const replies = new Map<string, Json[]>();
  for (const reply of all.filter(isInThread)) {
    const parent = asText(reply.thread_ts);
    const others = replies.get(parent);
    if (others) others.push(reply);
    else replies.set(parent, [reply]);
  }
  return all.map((message) => {
    const answers = replies.get(asText(message.ts)) ?? [];
    if (answers.length === 0) return message;
    const users = [...new Set(answers.map((each) => asText(each.user)))];
    const counters = {
      reply_count: answers.length,
      reply_users: users,
      reply_users_count: users.length,
      latest_reply: answers.at(-1)?.ts,
    };
    return { ...message, thread_ts: message.ts, ...counters };
  });
}

function isInThread(message: Json): boolean {
  return message.thread_ts !== undefined && message.thread_ts !== message.ts;
}

function between(messages: readonly Json[], args: Json, always = ''): Json[] {
  const [oldest, latest] = [Number(asText(args.oldest) || 0), Number(asText(args.latest) || Number.POSITIVE_INFINITY)];
  const inclusive = isTrue(args.inclusive);
  return messages.filter((message) => {
    const ts = Number(asText(message.ts));
    return message.ts === always || (inclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest);
  });
}

function shown(message: Json, place: Conversation, args: Json, state: FrontState): Json {
  const metadata = state.notes.get(noteKey(place.id, asText(message.ts)))?.metadata;
  const rest = Object.fromEntries(Object.entries(message).filter(([field]) => field !== 'channel'));
  return { ...rest, team: state.seed.team.id, ...(metadata && isTrue(args.include_all_metadata) ? { metadata } : {}) };
}

function cursor(page: Page<unknown>): Json {
  return { response_metadata: { next_cursor: page.next } };
}
