import { asObject, asText } from './json.ts';
import type { Channel } from './seed.ts';
import type { FrontState } from './state.ts';

/** A conversation by whatever name it was given: a channel, or a direct message with one person. */
export interface Conversation {
  readonly id: string;
  readonly channel?: Channel;
  readonly person?: string;
}

/** Finds a conversation by id, name, #name, or a person's id (which opens the direct message); undefined when there is none. */
export async function findConversation(state: FrontState, reference: string): Promise<Conversation | undefined> {
  const bare = reference.replace(/^#/, '');
  const channel = state.seed.channels.find((each) => each.id === bare || each.name === bare);
  if (channel) return { id: channel.id, channel };
  if (bare.startsWith('D')) return existingDirect(state, bare);
  if (state.seed.people.some((each) => each.id === bare)) return { id: await openDirect(state, bare), person: bare };
  return undefined;
}

/** As `findConversation`, but by id alone, as every method but those that post wants it. */
export async function findById(state: FrontState, id: string): Promise<Conversation | undefined> {
  const place = await findConversation(state, id);
  return place?.id === id ? place : undefined;
}

/** The id of the direct message with a person. */
export async function openDirect(state: FrontState, person: string): Promise<string> {
  for (const [id, other] of state.direct) if (other === person) return id;
  const reply = await state.upstream.call('conversations.open', { users: person });
  const id = asText(asObject(reply.channel).id);
  state.direct.set(id, person);
  return id;
}

async function existingDirect(state: FrontState, id: string): Promise<Conversation | undefined> {
  const known = state.direct.get(id);
  if (known) return { id, person: known };
  const reply = await state.upstream.call('conversations.members', { channel: id });
  const members = Array.isArray(reply.members) ? reply.members.map(asText) : [];
  const person = members.find((each) => each !== state.seed.app.botUserId);
  if (!person) return undefined;
  state.direct.set(id, person);
  return { id, person };
}
