import type { Span, Text } from '../core/message.ts';
import { oneLine } from '../core/one-line.ts';
import type { Redact } from '../core/redact.ts';
import { codeOf, plainOf, proseOf } from './neutral.ts';

export interface Piece {
  readonly text: string;
  /** True when something did not fit. */
  readonly cut: boolean;
}

const NOTHING: Piece = { text: '', cut: false };
const MORE = '…';

/** A text as mrkdwn of at most `room` UTF-16 units, cut between characters of the data and never inside mark-up. */
export function mrkdwnOf(text: Text, room: number, redact: Redact): Piece {
  let whole = '';
  for (const span of spansOf(text)) {
    const piece = spanOf(span, room - whole.length - 1, redact);
    whole = joined(whole, piece.text);
    if (piece.cut) return { text: whole, cut: true };
  }
  return { text: whole, cut: false };
}

/** A text for a `plain_text` object of at most `room` UTF-16 units. */
export function plainTextOf(text: Text, room: number, redact: Redact): Piece {
  const raw = spansOf(text)
    .map((span) => plainSpan(span))
    .join('');
  return fitted(plainOf, redact(raw), room);
}

/** A text for a file: redacted, one line, nothing escaped. */
export function fileTextOf(text: Text, redact: Redact): string {
  return oneLine(redact(spansOf(text).map(plainSpan).join('')));
}

/** True when a header can hold it: people and times need mrkdwn. */
export function isPlain(text: Text): boolean {
  return spansOf(text).every((span) => typeof span === 'string' || 'bold' in span || 'code' in span);
}

function spansOf(text: Text): readonly Span[] {
  return isList(text) ? text : [text];
}

function isList(text: Text): text is readonly Span[] {
  return Array.isArray(text);
}

function spanOf(span: Span, room: number, redact: Redact): Piece {
  if (typeof span === 'string') return fitted(proseOf, redact(span), room);
  if ('bold' in span) return marked('*', proseOf, redact(span.bold), room);
  if ('code' in span) return marked('`', codeOf, redact(span.code), room);
  if ('person' in span) return whole(personOf(span.person, redact), room);
  if ('group' in span) return whole(groupOf(span.group, redact), room);
  if ('timeMs' in span) return whole(timeOf(span.timeMs), room);
  if ('revealed' in span) return marked('`', codeOf, span.revealed, room);
  return linkOf(span, room, redact);
}

/** `<@U…>` for a Slack user id, the text as data for anybody else (people of the command line). */
function personOf(id: string, redact: Redact): string {
  return /^[UW][A-Z0-9]{2,20}$/u.test(id) ? `<@${id}>` : proseOf(redact(`@${id}`));
}

/** Slack: Formatting message text, Mentioning groups. */
function groupOf(id: string, redact: Redact): string {
  return /^S[A-Z0-9]{2,20}$/u.test(id) ? `<!subteam^${id}>` : proseOf(redact(`@${id}`));
}

/** Slack shows it in the reader's own time zone; elsewhere the fallback in UTC is read (Formatting message text, Date formatting). */
function timeOf(millis: number): string {
  const at = new Date(millis);
  if (Number.isNaN(at.getTime()) || millis < 0) return 'an unknown time';
  return `<!date^${Math.floor(millis / 1000)}^{date_short_pretty} {time_secs}|${isoOf(at)}>`;
}

function linkOf(span: { readonly link: string; readonly label: string }, room: number, redact: Redact): Piece {
  const url = webAddress(span.link, redact);
  if (url === undefined) return fitted(proseOf, redact(`${span.label} (${span.link})`), room);
  const label = fitted(labelOf, redact(span.label), room - url.length - 3);
  return label.text === '' ? { text: '', cut: true } : { text: `<${url}|${label.text}>`, cut: label.cut };
}

function labelOf(data: string): string {
  return proseOf(data).replaceAll('|', '¦');
}

/** An http(s) address that cannot end its own mark-up; undefined for anything else or when it holds a secret. */
function webAddress(link: string, redact: Redact): string | undefined {
  if (redact(link) !== link || link.length > 2000 || !/^https?:\/\//u.test(link) || !URL.canParse(link)) return undefined;
  return new URL(link).href.replace(/[<>|\s`*]/gu, (char) => encodeURIComponent(char)).replaceAll('&', '&amp;');
}

function whole(text: string, room: number): Piece {
  return text.length <= room ? { text, cut: false } : { text: room > 0 ? MORE : '', cut: true };
}

function marked(mark: string, render: (data: string) => string, raw: string, room: number): Piece {
  const inner = fitted((data) => render(data).trim(), raw, room - 2);
  return inner.text === '' ? { ...NOTHING, cut: inner.cut } : { text: `${mark}${inner.text}${mark}`, cut: inner.cut };
}

/** The longest beginning of `raw` whose rendering fits, with an ellipsis when it is not all. */
function fitted(render: (data: string) => string, raw: string, room: number): Piece {
  const text = render(raw.slice(0, 50_000));
  if (text.length <= room && raw.length <= 50_000) return { text, cut: false };
  if (room < 1) return { text: '', cut: true };
  let [fits, tooLong] = [0, Math.min(raw.length, room + 1)];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (render(raw.slice(0, middle)).length < room) fits = middle;
    else tooLong = middle;
  }
  return { text: `${render(whole16(raw.slice(0, fits)))}${MORE}`, cut: true };
}

/** Without half of a surrogate pair at the end. */
function whole16(text: string): string {
  return text.replace(/[\ud800-\udbff]$/u, '');
}

/** Slack reads a mark only at the edge of a word; a zero-width space makes one where data touches it. */
function joined(left: string, right: string): string {
  const touches =
    (/[\p{L}\p{N}]$/u.test(left) && /^[*`]/u.test(right)) || (/[*`]$/u.test(left) && /^[\p{L}\p{N}*`]/u.test(right));
  return touches ? `${left}\u200b${right}` : left + right;
}

function plainSpan(span: Span): string {
  if (typeof span === 'string') return span;
  if ('bold' in span) return span.bold;
  if ('code' in span) return span.code;
  if ('person' in span) return `@${span.person}`;
  if ('group' in span) return `@${span.group}`;
  if ('revealed' in span) return '[secret]';
  if ('timeMs' in span) return Number.isNaN(new Date(span.timeMs).getTime()) ? 'an unknown time' : isoOf(new Date(span.timeMs));
  return `${span.label} (${span.link})`;
}

function isoOf(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
