import { asList, asObject, asText, isObject, type Json } from './json.ts';
import { type Names, namesOf, personWords } from './person-words.ts';
import { type FrontState, noteKey } from './state.ts';

/** A message as a test or a transcript wants it. Times are `monotonicMs()`. */
export interface Message {
  readonly channel: string;
  /** `db-ops`, or `@olga` for a direct message. */
  readonly place: string;
  readonly ts: string;
  readonly threadTs?: string;
  readonly user: string;
  readonly fromBot: boolean;
  readonly text: string;
  /** All that a person reads, without mark-up, ids and entities: the blocks' words line by line, or the text when there are no blocks. */
  readonly shown: string;
  readonly blocks: readonly unknown[];
  readonly buttons: readonly Button[];
  readonly files: readonly Json[];
  /** The handle of the only person meant to see it. */
  readonly onlyFor?: string;
  readonly metadata?: Json;
  readonly reactions: readonly Json[];
  readonly edited: boolean;
  readonly acceptedAt?: number;
  readonly changedAt?: number;
}

export interface Button {
  readonly text: string;
  readonly actionId: string;
  readonly blockId: string;
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly style?: string;
  /** The element has a confirmation dialog (the page does not show it). */
  readonly confirms: boolean;
}

/** Everything said in a channel, ephemeral messages included, oldest first. */
export async function listMessages(state: FrontState, channel: string, place: string): Promise<Message[]> {
  return (await state.upstream.messages(channel)).map((raw) => toMessage(state, raw, place));
}

function toMessage(state: FrontState, raw: Json, place: string): Message {
  const [channel, ts] = [asText(raw.channel), asText(raw.ts)];
  const note = state.notes.get(noteKey(channel, ts));
  const blocks = asList(raw.blocks);
  const only = asText(raw.ephemeral_to);
  const person = state.seed.people.find((each) => each.id === only);
  return {
    channel,
    place,
    ts,
    user: asText(raw.user),
    fromBot: raw.user === state.seed.app.botUserId,
    text: asText(raw.text),
    shown: shownOf(state, raw, blocks),
    blocks,
    buttons: buttonsOf(blocks),
    files: asList(raw.files).map(asObject),
    reactions: asList(raw.reactions).map(asObject),
    edited: raw.edited !== undefined,
    ...(raw.thread_ts === undefined ? {} : { threadTs: asText(raw.thread_ts) }),
    ...(only === '' ? {} : { onlyFor: person?.name ?? only }),
    ...(note?.metadata ? { metadata: note.metadata } : {}),
    ...(note ? { acceptedAt: note.acceptedAt } : {}),
    ...(note?.changedAt === undefined ? {} : { changedAt: note.changedAt }),
  };
}

function shownOf({ seed }: FrontState, raw: Json, blocks: readonly unknown[]): string {
  const names = namesOf(seed);
  if (blocks.length > 0) return wordsOf(blocks, names);
  return raw.bot_id === undefined ? asText(raw.text) : personWords(asText(raw.text), names);
}

function wordsOf(blocks: readonly unknown[], names: Names): string {
  return blocks
    .filter(isObject)
    .map((block) => wordsOfBlock(block, names))
    .filter(Boolean)
    .join('\n');
}

function wordsOfBlock(block: Json, names: Names): string {
  const parts = [block.text, ...asList(block.fields), ...asList(block.elements), block.accessory, block.label, block.title];
  return parts
    .map((part) => wordsOfPart(part, names))
    .filter(Boolean)
    .join(block.type === 'actions' ? ' ' : '\n');
}

function wordsOfPart(part: unknown, names: Names): string {
  if (typeof part === 'string') return personWords(part, names);
  const object = asObject(part);
  if (typeof object.text === 'string') return object.type === 'mrkdwn' ? personWords(object.text, names) : object.text;
  const label = asText(asObject(object.text).text);
  return label === '' ? asText(object.alt_text) : `[${label}]`;
}

function buttonsOf(blocks: readonly unknown[]): Button[] {
  return blocks.filter(isObject).flatMap((block) => {
    const elements = [...(block.type === 'actions' ? asList(block.elements) : []), block.accessory];
    return elements
      .filter(isObject)
      .filter((each) => each.action_id !== undefined)
      .map((each) => toButton(each, asText(block.block_id)));
  });
}

function toButton(element: Json, blockId: string): Button {
  const optional = (field: 'value' | 'url' | 'style'): Json =>
    element[field] === undefined ? {} : { [field]: asText(element[field]) };
  return {
    text: asText(asObject(element.text).text),
    actionId: asText(element.action_id),
    blockId,
    type: asText(element.type),
    confirms: element.confirm !== undefined,
    ...optional('value'),
    ...optional('url'),
    ...optional('style'),
  };
}
