import type { WireFile, WireMessage, WirePart, WireSpan, WireText } from '../cli/wire-message.ts';
import type { Message, Part, Span, Text } from '../core/message.ts';
import type { Redact } from '../core/redact.ts';

/** A message for a terminal: redacted, its files with it, its people named. `nameOf` knows what a Slack user id is called. */
export async function wireOf(
  message: Message,
  { redact, nameOf }: { readonly redact: Redact; readonly nameOf: (userId: string) => Promise<string | undefined> },
): Promise<WireMessage> {
  const { summary, parts, thread = [], attachments = [] } = message;
  const people = [...new Set([...parts, ...thread].flatMap(textOf).flatMap(spansOf).flatMap(personIn))];
  const names = new Map(await Promise.all(people.map(async (id) => [id, await nameOf(id)] as const)));

  const named = (person: string): WireSpan => {
    const name = names.get(person);
    return { person: redact(person), ...(name === undefined ? {} : { name: redact(name) }) };
  };
  const whom = (one: { readonly person: string } | { readonly group: string }): WireSpan =>
    'group' in one ? redact(`@${one.group}`) : named(one.person);
  const span = (one: Span): WireSpan => {
    if (typeof one === 'string') return redact(one);
    if ('bold' in one) return { bold: redact(one.bold) };
    if ('code' in one) return { code: redact(one.code) };
    if ('timeMs' in one) return { timeMs: one.timeMs };
    if ('link' in one) return { link: redact(one.link), label: redact(one.label) };
    // A secret is for a direct message alone, never for what a terminal keeps.
    return 'revealed' in one ? '[secret]' : whom(one);
  };
  const text = (one: Text): WireText => spansOf(one).map(span);
  const part = (one: Part): WirePart => {
    if ('divider' in one) return { divider: true };
    if ('note' in one) return { note: text(one.note) };
    if ('title' in one) return { title: text(one.title), sign: one.sign };
    if ('line' in one) return { line: text(one.line), sign: one.sign, ...(one.indent ? { indent: 1 } : {}) };
    const buttons = one.buttons.map(({ label, action, value }) => ({ label: redact(label), action, value }));
    return { buttons };
  };
  const files = attachments.map(({ name, title, alt, content }): WireFile => {
    const bytes = Buffer.from(typeof content === 'string' ? redact(content) : content);
    return { name: redact(name), title: redact(title), alt: redact(alt), base64: bytes.toString('base64') };
  });
  return { summary: redact(summary), parts: parts.map(part), thread: thread.map(part), files };
}

function textOf(part: Part): readonly Text[] {
  if ('title' in part) return [part.title];
  if ('line' in part) return [part.line];
  return 'note' in part ? [part.note] : [];
}

function spansOf(text: Text): readonly Span[] {
  return Array.isArray(text) ? text : [text as Span];
}

function personIn(span: Span): readonly string[] {
  return typeof span !== 'string' && 'person' in span ? [span.person] : [];
}
