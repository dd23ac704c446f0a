import { withBlockIds } from './block-ids.ts';
import { asObject, asText, isObject, type Json } from './json.ts';
import { monotonicMs } from './monotonic.ts';
import { type FrontState, type Note, noteKey } from './state.ts';

/** Posts a message of the bot for all to see and remembers it with its metadata and the moment it was accepted. */
export async function postMessage(state: FrontState, channel: string, content: Json, metadata?: Json): Promise<Json> {
  const sent = identified(content);
  const reply = await state.upstream.call('chat.postMessage', { ...sent, channel });
  return remember(state, channel, asText(reply.ts), asObject(reply.message), { metadata });
}

/** Posts a message that only `user` is meant to see. */
export async function postEphemeral(state: FrontState, channel: string, user: string, content: Json): Promise<Json> {
  const sent = identified(content);
  const reply = await state.upstream.call('chat.postEphemeral', { ...sent, channel, user });
  return remember(
    state,
    channel,
    asText(reply.message_ts),
    { ...sent, type: 'message', subtype: 'ephemeral' },
    { ephemeralTo: user },
  );
}

/** Replaces what of a message is given; blocks, attachments and metadata that are not given stay. */
export async function changeMessage(state: FrontState, note: Note, content: Json, metadata?: Json): Promise<Json> {
  const next = { ...note.content, ...identified(content) };
  await state.upstream.call('chat.update', { channel: note.channel, ts: note.ts, text: next.text, blocks: next.blocks });
  note.content = next;
  note.changedAt = monotonicMs();
  if (metadata) note.metadata = metadata;
  state.journal.add('update', entryOf(note), note.changedAt);
  return { ...next, ts: note.ts, ...(note.metadata ? { metadata: note.metadata } : {}) };
}

export async function removeMessage(state: FrontState, channel: string, ts: string): Promise<Json> {
  const reply = await state.upstream.call('chat.delete', { channel, ts });
  state.notes.delete(noteKey(channel, ts));
  state.journal.add('delete', { channel, ts });
  return reply;
}

function remember(
  state: FrontState,
  channel: string,
  ts: string,
  message: Json,
  extra: { metadata?: Json | undefined; ephemeralTo?: string },
): Json {
  const { metadata, ephemeralTo } = extra;
  const content = { ...message, ...(metadata ? { metadata } : {}) };
  const note: Note = {
    channel,
    ts,
    content: message,
    acceptedAt: monotonicMs(),
    ...(metadata ? { metadata } : {}),
    ...(ephemeralTo ? { ephemeralTo } : {}),
  };
  state.notes.set(noteKey(channel, ts), note);
  state.journal.add('message', entryOf(note), note.acceptedAt);
  return { ...content, ts };
}

function entryOf(note: Note): Json {
  const { channel, ts, content, metadata, ephemeralTo } = note;
  return { channel, ts, text: content.text, threadTs: content.thread_ts, metadata, ephemeralTo };
}

function identified(content: Json): Json {
  const sent: Json = { ...content };
  if (Array.isArray(sent.blocks)) sent.blocks = withBlockIds(sent.blocks);
  if (Array.isArray(sent.attachments)) {
    sent.attachments = sent.attachments.map((each) =>
      isObject(each) && Array.isArray(each.blocks) ? { ...each, blocks: withBlockIds(each.blocks) } : each,
    );
  }
  return sent;
}
