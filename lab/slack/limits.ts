import { asList, asObject, asText, type Json } from './json.ts';

/** Collects complaints in Slack's words, each with a JSON pointer to the place. */
export interface Complaints {
  readonly list: string[];
  say(pointer: string, problem: string): void;
}

export function openComplaints(): Complaints {
  const list: string[] = [];
  return { list, say: (pointer, problem) => list.push(`[ERROR] ${problem} [json-pointer:${pointer}]`) };
}

/** A plain string field of at most `max` characters. */
export function checkString(
  to: Complaints,
  owner: Json,
  field: string,
  pointer: string,
  max: number,
  need: Need = 'optional',
): void {
  const value = owner[field];
  if (value === undefined || value === null) {
    if (need === 'required') to.say(pointer, `missing required field: ${field}`);
    return;
  }
  if (typeof value !== 'string') to.say(`${pointer}/${field}`, 'must be a string');
  else checkLength(to, value, `${pointer}/${field}`, max, need);
}

/** A text object (`plain_text` or `mrkdwn`) of at most `max` characters. */
export function checkText(
  to: Complaints,
  owner: Json,
  field: string,
  pointer: string,
  max: number,
  options: TextOptions = {},
): void {
  const value = owner[field];
  if (value === undefined || value === null) {
    if (options.need === 'required') to.say(pointer, `missing required field: ${field}`);
    return;
  }
  checkTextObject(to, value, `${pointer}/${field}`, max, options.plain === true);
}

export function checkTextObject(to: Complaints, value: unknown, pointer: string, max: number, plain: boolean): void {
  const { type, text } = asObject(value);
  const allowed = plain ? ['plain_text'] : ['plain_text', 'mrkdwn'];
  if (!allowed.includes(asText(type))) to.say(`${pointer}/type`, `must be ${allowed.join(' or ')}`);
  if (typeof text !== 'string') to.say(pointer, 'missing required field: text');
  else checkLength(to, text, `${pointer}/text`, max, 'required');
}

/** A list of between `min` and `max` items; returns what of it may be looked at further. */
export function checkItems(
  to: Complaints,
  owner: Json,
  field: string,
  pointer: string,
  max: number,
  min = 1,
): readonly unknown[] {
  const value = owner[field];
  if (!Array.isArray(value)) {
    to.say(pointer, `missing required field: ${field}`);
    return [];
  }
  if (value.length > max) to.say(`${pointer}/${field}`, `no more than ${max} items allowed`);
  if (value.length < min) to.say(`${pointer}/${field}`, `no fewer than ${min} items allowed`);
  return asList(value).slice(0, max);
}

type Need = 'required' | 'optional';

interface TextOptions {
  readonly need?: Need;
  readonly plain?: boolean;
}

function checkLength(to: Complaints, text: string, pointer: string, max: number, need: Need): void {
  if (text.length > max) to.say(pointer, `must be less than ${max + 1} characters`);
  if (need === 'required' && text.length === 0) to.say(pointer, 'must be more than 0 characters');
}
