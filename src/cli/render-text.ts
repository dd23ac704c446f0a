import { type Message, type Part, plain, type Sign } from '../core/message.ts';

const SIGNS: Readonly<Record<Sign, string>> = {
  ok: '✓',
  done: '✓',
  warn: '!',
  bad: '✗',
  info: 'i',
  leader: '★',
  replica: '·',
  busy: '…',
  waiting: '○',
  unknown: '?',
};

/** A message as plain text for a terminal. Buttons are left out: the command line has commands. */
export function renderText({ parts, thread = [] }: Message): string {
  const lines = [...parts, ...thread].flatMap(lineOf);
  return `${lines.join('\n')}\n`;
}

function lineOf(part: Part): readonly string[] {
  if ('divider' in part) return [''];
  if ('buttons' in part) return [];
  if ('note' in part) return [`  ${plain(part.note)}`];
  const sign = part.sign ? `${SIGNS[part.sign]} ` : '';
  if ('title' in part) return [`${sign}${plain(part.title)}`];
  return [`${part.indent ? '    ' : '  '}${sign}${plain(part.line)}`];
}
