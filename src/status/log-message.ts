import { hintText } from '../core/hint-text.ts';
import type { HostLog, LogAsked, LogLine } from '../core/host-log.ts';
import type { Message, Part } from '../core/message.ts';
import type { Reading } from '../core/reading.ts';
import { formatDuration } from '../core/units.ts';
import { explained } from './log-signatures.ts';
import { safeLog } from './safe-log.ts';

interface Asked extends LogAsked {
  readonly cluster: string;
  readonly member: string;
  readonly nowMs: number;
}

/** As many lines stand in the message itself; all of them are in a file in its thread then. */
const SHOWN = 12;
const LONGEST = 220;

/** The answer to `logs`: the newest lines, newest last, and what known ones among them mean. */
export function logMessage(asked: Asked, reading: Reading<HostLog>): Message {
  const { cluster, member, unit, lines: most } = asked;
  const since = `the last ${formatDuration(asked.nowMs - asked.sinceMs)}`;
  if (!reading.ok) {
    const title = `${cluster} ${member}: the log of ${unit} cannot be read`;
    return { summary: title, parts: [{ title, sign: 'unknown' }, { line: hintText(reading.why) }] };
  }
  const { from, lines } = reading.value;
  const safe = safeLog(lines);
  const count = safe.length === 0 ? 'nothing' : `${safe.length} ${safe.length === 1 ? 'line' : 'lines'}`;
  const title = `${cluster} ${member}: the log of ${unit} says ${count} in ${since}`;
  const isCut = lines.length >= most;
  return {
    summary: title,
    parts: [
      { title, sign: 'info' },
      ...safe.slice(-SHOWN).map(line),
      ...meanings(safe.map(({ text }) => text)),
      {
        note: `From ${from}, newest last${isCut ? `; at most ${most} lines, so there may be older ones (--lines)` : ''}. Constants of statements are hidden.`,
      },
    ],
    ...(safe.length > SHOWN ? { attachments: [file(asked, from, safe)] } : {}),
  };
}

function line({ at, text }: LogLine): Part {
  const shown = withoutOwnStamp(text);
  const short = shown.length > LONGEST ? `${shown.slice(0, LONGEST - 1)}…` : shown;
  return { line: [{ code: at === undefined ? '  …' : clockOf(at) }, ` ${short}`] };
}

/** What the log wrote of the time itself stands before it already. */
function withoutOwnStamp(text: string): string {
  return text.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.,]\d+( [A-Z]{3,5}| [+-]\d\d)? /, '');
}

function clockOf(at: string): string {
  return /\d\d:\d\d:\d\d/.exec(at)?.[0] ?? at.slice(0, 30);
}

function meanings(lines: readonly string[]): readonly Part[] {
  const found = explained(lines);
  if (found.length === 0) return [];
  return [
    { divider: true },
    ...found.slice(0, 5).flatMap(({ means, first }): readonly Part[] => [
      { sign: 'info', line: [{ bold: 'Means: ' }, means] },
      { line: [{ bold: 'First move: ' }, ...[hintText(first)].flat()], indent: 1 },
    ]),
  ];
}

function file({ cluster, member, unit }: Asked, from: string, lines: readonly LogLine[]) {
  const content = lines.map(({ at, text }) => (at === undefined ? `    ${text}` : `${at} ${text}`)).join('\n');
  return {
    name: `${cluster}-${member}-${unit}.log`,
    title: `The log of ${unit} on ${member}`,
    alt: `${lines.length} lines of ${from} on ${member}, oldest first`,
    content: `${content}\n`,
  };
}
