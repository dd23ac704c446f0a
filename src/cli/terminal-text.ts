import { oneLine } from '../core/one-line.ts';
import { formatDuration } from '../core/units.ts';
import { wrapped } from './wrap-line.ts';
import type { WireMessage, WirePart, WireSpan, WireText } from './wire-message.ts';

/** What the terminal can show. */
export interface Terminal {
  /** Columns; nothing is broken into lines when absent, as in a pipe. */
  readonly columns?: number | undefined;
  /** Bold and dim. */
  readonly ansi: boolean;
  /** UTF-8, so that signs are pictures; words otherwise. */
  readonly pictures: boolean;
  /** Times say how far off they are from this moment (epoch milliseconds); only where what is shown does not stay. */
  readonly nowMs?: number;
}

type Sign = NonNullable<Extract<WirePart, { line: WireText }>['sign']>;

/** As in Slack (chat/signs.ts): the text beside it always says the same. */
const PICTURES: Readonly<Record<Sign, string>> = {
  ok: '🟢',
  warn: '⚠️',
  bad: '❌',
  info: 'ℹ️',
  leader: '👑',
  replica: '🔹',
  busy: '⏳',
  done: '✅',
  waiting: '⬜',
  unknown: '❔',
};

/**
 * A message as lines for a terminal. Whatever is in its texts, nothing but these lines comes out: control characters are dropped, so
 * that no text can move the cursor, set a title or hide a line.
 */
export function terminalText(message: Pick<WireMessage, 'parts'>, terminal: Terminal): string {
  return message.parts
    .flatMap((part) => linesOf(part, terminal))
    .map((line) => `${line}\n`)
    .join('');
}

function linesOf(part: WirePart, terminal: Terminal): readonly string[] {
  if ('divider' in part) return [''];
  if ('buttons' in part) return buttonLines(part.buttons, terminal);
  if ('note' in part) return styled(2, textLines(part.note, '', terminal), terminal);
  const sign = part.sign ? signOf(part.sign, terminal) : '';
  if ('title' in part) return styled(1, textLines(part.title, sign, terminal), terminal);
  const indent = sign ? '   ' : '   • ';
  return textLines(part.line, part.indent ? indent + sign : sign, terminal);
}

function textLines(text: WireText, first: string, terminal: Terminal): readonly string[] {
  const said = spansOf(text).map((span) => spanText(span, terminal));
  return wrapped(said.join(''), { first, columns: terminal.columns });
}

/** SGR 1 is bold, 2 is dim (ECMA-48). */
function styled(code: 1 | 2, lines: readonly string[], { ansi }: Terminal): readonly string[] {
  return ansi ? lines.map((line) => `\u001b[${code}m${line}\u001b[0m`) : lines;
}

function signOf(sign: Sign, { pictures }: Terminal): string {
  return pictures ? `${PICTURES[sign]} ` : `[${sign}] `;
}

/** Buttons are named after the commands that do the same. */
function buttonLines(buttons: Extract<WirePart, { buttons: unknown }>['buttons'], { columns }: Terminal): readonly string[] {
  const known = buttons.filter(({ action, value }) => /^[a-z-]{1,40}$/.test(action) && /^r[a-z0-9]{6,16}$/.test(value));
  return known.flatMap(({ label, action, value }) => {
    const verb = ['approve', 'deny', 'withdraw'].includes(action) ? action : `pg ${action.replaceAll('-', ' ')}`;
    const reason = action === 'deny' ? ' --reason "why"' : '';
    return wrapped(`${oneLine(label)}: trunkline ${verb} ${value}${reason}`, { first: '  ', columns });
  });
}

function spansOf(text: WireText): readonly WireSpan[] {
  return Array.isArray(text) ? text : [text];
}

function spanText(span: WireSpan, terminal: Terminal): string {
  if (typeof span === 'string') return prose(span);
  if ('bold' in span) return prose(span.bold);
  if ('code' in span) return `\`${prose(span.code).replaceAll('`', "'")}\``;
  if ('person' in span) return oneLine(span.name === undefined ? `@${span.person}` : `@${span.name}`);
  if ('timeMs' in span) return timeOf(span.timeMs, terminal.nowMs);
  return oneLine(`${span.label} (${span.link})`);
}

/** What one types in Slack, as one types it here; what is in the thread there. */
function prose(text: string): string {
  return oneLine(text)
    .replace(/(^|[\s('`])\/pg(?=\s)/gu, '$1trunkline pg')
    .replace(/(^|\s)->(?=\s|$)/gu, '$1→')
    .replace('(in the thread)', '(with --details)');
}

/** In the time of this machine, and how far off that is. */
function timeOf(millis: number, nowMs: number | undefined): string {
  const at = new Date(millis);
  if (Number.isNaN(at.getTime())) return 'an unknown time';
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const minutes = -at.getTimezoneOffset();
  const sign = minutes < 0 ? '-' : '+';
  const zone = minutes === 0 ? 'UTC' : `UTC${sign}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  const shown = `${day} ${time} ${zone}`;
  if (nowMs === undefined) return shown;
  const away = millis - nowMs;
  return `${shown} (${away < 0 ? `${formatDuration(-away)} ago` : `in ${formatDuration(away)}`})`;
}
