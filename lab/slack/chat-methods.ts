import { type Content, isContent, readContent } from './content.ts';
import { type Conversation, findById, findConversation } from './conversations.ts';
import { asList, asObject, asText, type Json } from './json.ts';
import type { Method } from './method.ts';
import { changeMessage, postEphemeral, postMessage, removeMessage } from './posting.ts';
import { bad, good, isReply, passed, type Reply } from './reply.ts';
import { type FrontState, type Note, noteKey } from './state.ts';

/** `chat.*`: refuses what Slack refuses, keeps metadata, notes when each message was accepted. */
export const chatMethods: Record<string, Method> = {
  async 'chat.postMessage'(args, state) {
    const place = await placeToPost(args, state);
    if (isReply(place)) return place;
    const read = readContent(args, { textTooLong: 'truncate' });
    if (!isContent(read)) return read;
    const message = await postMessage(state, place.id, read.content, read.metadata);
    return good({ channel: place.id, ts: message.ts, message, ...warned(read) });
  },

  async 'chat.postEphemeral'(args, state) {
    const place = await placeToPost(args, state);
    if (isReply(place)) return place;
    const user = asText(args.user);
    const member = place.channel ? place.channel.members.includes(user) : place.person === user;
    if (!member) return bad('user_not_in_channel');
    const read = readContent(args, { textTooLong: 'truncate' });
    if (!isContent(read)) return read;
    const message = await postEphemeral(state, place.id, user, read.content);
    return good({ message_ts: message.ts, ...warned(read) });
  },

  async 'chat.update'(args, state) {
    const note = await ownMessage(args, state, 'cant_update_message');
    if (isReply(note)) return note;
    const read = readContent(args, { textTooLong: 'refuse' });
    if (!isContent(read)) return read;
    const message = await changeMessage(state, note, read.content, read.metadata);
    return good({ channel: note.channel, ts: note.ts, text: message.text, message });
  },

  async 'chat.delete'(args, state) {
    const note = await ownMessage(args, state, 'cant_delete_message');
    if (isReply(note)) return note;
    return passed(await removeMessage(state, note.channel, note.ts));
  },

  async 'chat.getPermalink'(args, state) {
    const place = await findById(state, asText(args.channel));
    if (!place) return bad('channel_not_found');
    const ts = asText(args.message_ts);
    const found = (await state.upstream.messages(place.id)).find((message) => message.ts === ts);
    if (!found) return bad('message_not_found');
    const thread = asText(found.thread_ts);
    const query = thread === '' ? '' : `?thread_ts=${thread}&cid=${place.id}`;
    return good({ channel: place.id, permalink: `${state.origin}/archives/${place.id}/p${ts.replace('.', '')}${query}` });
  },
};

async function placeToPost(args: Json, state: FrontState): Promise<Conversation | Reply> {
  const place = await findConversation(state, asText(args.channel));
  if (!place) return bad('channel_not_found');
  if (place.channel?.archived) return bad('is_archived');
  if (place.channel && !place.channel.botIsMember) return bad('not_in_channel');
  const person = state.seed.people.find((each) => each.id === place.person);
  return person?.deleted ? bad('user_disabled') : place;
}

async function ownMessage(args: Json, state: FrontState, ifForeign: string): Promise<Note | Reply> {
  const channel = asText(args.channel);
  if (!(await findById(state, channel))) return bad('channel_not_found');
  const ts = asText(args.ts);
  const note = state.notes.get(noteKey(channel, ts));
  if (note) return note.ephemeralTo ? bad('message_not_found') : note;
  const found = (await state.upstream.messages(channel)).find((message) => message.ts === ts);
  if (!found) return bad('message_not_found');
  return found.user === state.seed.app.botUserId ? { channel, ts, content: asObject(found), acceptedAt: 0 } : bad(ifForeign);
}

function warned(read: Content): Json {
  return asList(read.warnings).length > 0
    ? { warning: read.warnings.join(','), response_metadata: { warnings: read.warnings } }
    : {};
}
