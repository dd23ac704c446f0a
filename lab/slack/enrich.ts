import { asObject, asText, type Json } from './json.ts';
import type { FrontState } from './state.ts';

/** The payload of a slash command as Slack sends it: a stranger's own team. */
export function enrichCommand(payload: Json, state: FrontState): Json {
  const person = state.seed.people.find((each) => each.id === payload.user_id);
  return { ...payload, team_id: person?.teamId ?? state.seed.team.id };
}

/** The payload of a click: the person's team, the thread, and no message when it is ephemeral. */
export function enrichClick(payload: Json, state: FrontState): Json {
  const message = asObject(payload.message);
  const ephemeral = message.subtype === 'ephemeral';
  const thread = message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts };
  const container = { ...asObject(payload.container), is_ephemeral: ephemeral, ...thread };
  const rest = Object.fromEntries(Object.entries(payload).filter(([field]) => field !== 'message'));
  const shown = ephemeral ? {} : { message: { ...message, team: state.seed.team.id } };
  return { ...rest, ...shown, container, user: enrichUser(payload, state), enterprise: null };
}

/** `user` of an interaction, with the person's own team. */
export function enrichUser(payload: Json, { seed }: FrontState): Json {
  const user = asObject(payload.user);
  const person = seed.people.find((each) => each.id === user.id);
  return { ...user, username: person?.name ?? user.username, team_id: person?.teamId ?? seed.team.id };
}

/** An event: who it is from and whether its channel is shared with others. */
export function enrichEvent(payload: Json, { seed }: FrontState): Json {
  const event = asObject(payload.event);
  const channel = seed.channels.find((each) => each.id === event.channel);
  const person = seed.people.find((each) => each.id === asText(event.user));
  const from = person ? { team: person.teamId, user_team: person.teamId, source_team: person.teamId } : {};
  return { ...payload, event: { ...event, ...from }, is_ext_shared_channel: channel?.extShared ?? false };
}
