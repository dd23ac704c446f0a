import type { LogLine } from '../core/host-log.ts';
import { withoutConstants } from '../core/sql-shape.ts';
import { safeLogLine, saysStatement } from '../core/safe-log-line.ts';

/** Python's, of Patroni: it holds no statement. */
const TRACEBACK = /^(?:\S+ )*Traceback \(most recent call last\)/;
const NOT_SHOWN = '… (goes on from a line that is not shown)';

/**
 * A log without what may be a secret or somebody's data. PostgreSQL begins each further line of a message with a tab (elog.c), and the
 * journal gives each of them a time of its own; a constant may go over several, so that a message is read as a whole.
 */
export function safeLog(lines: readonly LogLine[]): readonly LogLine[] {
  const messages: LogLine[][] = [];
  for (const line of lines) {
    const last = messages.at(-1);
    if (last && goesOn(line)) last.push(line);
    else messages.push([line]);
  }
  return messages.flatMap(safeMessage);
}

const goesOn = ({ text }: LogLine): boolean => /^\s/.test(text);

function safeMessage(lines: readonly LogLine[]): readonly LogLine[] {
  const [head] = lines;
  if (!head) return [];
  if (goesOn(head)) return [{ ...head, text: NOT_SHOWN }];
  if (TRACEBACK.test(head.text)) return lines.map((line) => ({ ...line, text: safeLogLine(line.text, false) }));
  // The end of a constant may be in what was cut off.
  const cut = lines.findIndex(({ text }) => text.endsWith('…'));
  const texts = (cut < 0 ? lines : lines.slice(0, cut + 1)).map(({ text }) => text);
  const [first = '', ...rest] = saysStatement(head.text) ? safeLogLine(texts.join('\n'), false).split('\n') : safeWords(texts);
  const own = head.at === undefined ? withoutConstants(first) : first;
  return [{ ...head, text: own }, ...rest.map((text) => ({ text }))];
}

/** Of a message that begins with no statement: what follows may be one all the same, as in a plan of auto_explain. */
function safeWords([head = '', ...rest]: readonly string[]): readonly string[] {
  const first = safeLogLine(head, false);
  const isOpen = /(?:…|\(…\))$/.test(first) || opensConstant(head);
  return isOpen || rest.length === 0 ? [first] : [first, ...withoutConstants(rest.join('\n')).split('\n')];
}

const opensConstant = (text: string): boolean => /(?<![A-Za-z]{2})'/.test(text.replace(/(?<![A-Za-z]{2})'(?:[^']|'')*'/g, ''));
