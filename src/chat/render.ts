import type { HeaderBlock, KnownBlock } from '@slack/types';
import type { Message, Part, Sign, Text } from '../core/message.ts';
import type { Redact } from '../core/redact.ts';
import { actionsOf } from './buttons.ts';
import { LIMITS } from './limits.ts';
import { blockOf, openPage, type Page, type Prose } from './page.ts';
import { SIGNS } from './signs.ts';
import { fileTextOf, isPlain, mrkdwnOf, plainTextOf } from './text.ts';

/** A message as Slack takes it, within every limit. */
export interface Rendered {
  /** The notification and what a screen reader reads. */
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
  /** All of it as plain text, when the blocks do not hold all of it. */
  readonly whole?: string;
}

/** Where the rest of a message is that is longer than a message may be. */
export type Overflow = 'file' | 'note';

const NOTICE: Readonly<Record<Overflow, string>> = {
  file: '✂️ This is longer than a message may be. All of it is in the file in the thread.',
  note: '✂️ This is longer than a message may be; the rest is not shown here.',
};
const INDENT = '\u2003';
/** Where a phone breaks a long line the indent is lost; the dot shows where the next one begins. */
const DOT = '• ';
const MOST_ROWS = 10;
/** UTF-16 units of JSON for all buttons together, so that prose always has room too. */
const BUTTONS_ROOM = 9000;

/**
 * Renders a message as Slack blocks: lines gathered into sections, small print into contexts, everything escaped and redacted.
 * Buttons come before prose: they have up to ten rows and 9,000 characters; of the rest, what comes after the limits are reached is
 * dropped.
 * @throws RangeError when a button carries more than an opaque id.
 */
export function render(message: Message, redact: Redact, overflow: Overflow = 'file'): Rendered {
  const rows = buttonRows(message.parts, redact);
  const page = openPage([...rows.values()]);
  let clipped = false;
  for (const part of message.parts) {
    const row = rows.get(part);
    if (row) page.keep(row);
    else clipped = add(page, part, redact) || clipped;
  }
  const { blocks, cut } = page.close(NOTICE[overflow], clipped);
  const text = mrkdwnOf(message.summary, LIMITS.summary, redact).text || 'Trunkline';
  const shown = blocks.length > 0 ? blocks : [blockOf('section', text)];
  return { text, blocks: shown, ...(cut ? { whole: plainLines(message.parts, redact) } : {}) };
}

function buttonRows(parts: readonly Part[], redact: Redact): ReadonlyMap<Part, KnownBlock> {
  const rows = new Map<Part, KnownBlock>();
  let room = BUTTONS_ROOM;
  for (const part of parts) {
    if (!('buttons' in part) || rows.size === MOST_ROWS) continue;
    const row = actionsOf(part.buttons, redact, room);
    room -= JSON.stringify(row).length;
    if (row.elements.length > 0) rows.set(part, row);
  }
  return rows;
}

/** The parts as lines of plain text, redacted, for a file. */
export function plainLines(parts: readonly Part[], redact: Redact): string {
  const lines = parts.map((part) => plainLine(part, redact)).filter((line) => line !== '');
  return `${lines.join('\n')}\n`;
}

/** True when a text was too long for its place. */
function add(page: Page, part: Part, redact: Redact): boolean {
  if ('divider' in part) page.place({ type: 'divider' });
  else if ('note' in part) return say(page, 'context', part.note, '', redact);
  else if ('line' in part) return say(page, 'section', part.line, lineStart(part), redact);
  else if ('title' in part) {
    const header = headerOf(part.title, part.sign, redact);
    if (!header) return say(page, 'section', part.title, picture(part.sign), redact);
    page.place(header);
  }
  return false;
}

function say(page: Page, type: Prose, text: Text, prefix: string, redact: Redact): boolean {
  const piece = mrkdwnOf(text, LIMITS.line, redact);
  if (piece.text.trim() !== '') page.write(type, prefix + piece.text);
  return piece.cut;
}

function headerOf(title: Text, sign: Sign | undefined, redact: Redact): HeaderBlock | undefined {
  const piece = plainTextOf(title, LIMITS.header - picture(sign).length, redact);
  if (!isPlain(title) || piece.cut || piece.text.trim() === '') return undefined;
  return { type: 'header', text: { type: 'plain_text', text: picture(sign) + piece.text, emoji: false } };
}

function plainLine(part: Part, redact: Redact): string {
  if ('divider' in part) return '---';
  if ('note' in part) return fileTextOf(part.note, redact);
  if ('line' in part) return `${part.indent ? '  ' : ''}${picture(part.sign)}${fileTextOf(part.line, redact)}`;
  return 'title' in part ? `${picture(part.sign)}${fileTextOf(part.title, redact)}` : '';
}

function lineStart({ indent, sign }: { readonly indent?: 1; readonly sign?: Sign }): string {
  return indent ? `${INDENT}${picture(sign) || DOT}` : picture(sign);
}

function picture(sign: Sign | undefined): string {
  return sign ? `${SIGNS[sign]} ` : '';
}
