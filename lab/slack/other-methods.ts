import { blockComplaints } from './block-limits.ts';
import { findById } from './conversations.ts';
import { asList, asObject, asText, type Json } from './json.ts';
import type { Method } from './method.ts';
import { bad, good, passed, type Reply } from './reply.ts';
import type { FrontState } from './state.ts';

/** Files, reactions, pins and what else local-slack does well enough by itself. */
export const otherMethods: Record<string, Method> = {
  'files.getUploadURLExternal': (args, state) => forward('files.getUploadURLExternal', args, state),

  async 'files.completeUploadExternal'(args, state) {
    const channel = asText(args.channel_id);
    if (channel !== '') {
      const place = await findById(state, channel);
      if (!place) return bad('channel_not_found');
      if (place.channel && !place.channel.botIsMember) return bad('not_in_channel');
    }
    const reply = await forward('files.completeUploadExternal', args, state);
    for (const file of asList(reply.files)) {
      const { id, name, title, size, mimetype } = asObject(file);
      state.journal.add('file', { id, name, title, size, mimetype, channel, threadTs: args.thread_ts });
    }
    return reply;
  },

  'files.info': (args, state) => forward('files.info', args, state),
  'files.list': (args, state) => forward('files.list', args, state),
  'files.delete': (args, state) => forward('files.delete', args, state),
  'emoji.list': (args, state) => forward('emoji.list', args, state),

  'reactions.add': (args, state) => react(args, state, true),
  'reactions.remove': (args, state) => react(args, state, false),

  'pins.add': (args) => (asText(args.timestamp) === '' ? bad('no_item_specified') : good()),
  'pins.remove': (args) => (asText(args.timestamp) === '' ? bad('no_item_specified') : good()),

  'blocks.validate': (args) => {
    const complaints = blockComplaints(asList(args.blocks), 'message');
    return complaints.length > 0 ? bad('invalid_blocks', complaints) : good();
  },
};

async function forward(method: string, args: Json, { upstream }: FrontState): Promise<Reply> {
  return passed(await upstream.call(method, args));
}

async function react(args: Json, state: FrontState, present: boolean): Promise<Reply> {
  const place = await findById(state, asText(args.channel));
  if (!place) return bad('channel_not_found');
  const key = `${place.id}:${asText(args.timestamp)}:${asText(args.name)}`;
  if (state.reactions.has(key) === present) return bad(present ? 'already_reacted' : 'no_reaction');
  const reply = passed(await state.upstream.call(present ? 'reactions.add' : 'reactions.remove', { ...args, channel: place.id }));
  if (reply.ok && present) state.reactions.add(key);
  if (reply.ok && !present) state.reactions.delete(key);
  return reply;
}
