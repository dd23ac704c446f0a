import type { Message, Part } from '../core/message.ts';
import type { Run } from '../core/run.ts';
import { RUN_HEADINGS } from './run-headings.ts';
import { titleWords } from './title-words.ts';

/** Of the open runs those that wait for their time, the next first; `cluster` when only its runs were asked for. */
export function scheduledCard(open: readonly Run[], cluster?: string): Message {
  const where = cluster === undefined ? '' : ` on ${cluster}`;
  const waiting = open
    .filter(({ scheduledAtMs, state }) => scheduledAtMs !== undefined && (state === 'pending' || state === 'approved'))
    .sort((a, b) => (a.scheduledAtMs ?? 0) - (b.scheduledAtMs ?? 0));
  if (waiting.length === 0)
    return { summary: `Nothing is scheduled${where}`, parts: [{ line: `Nothing is scheduled${where}.` }] };
  const title = `Scheduled${where}: ${waiting.length}`;
  return {
    summary: title,
    parts: [{ title }, ...waiting.flatMap(lines), { note: ['Take one back: ', { code: '/pg withdraw ID' }] }],
  };
}

function lines({ id, state, plan, requester, scheduledAtMs = 0, scheduledAs = '' }: Run): readonly Part[] {
  const [sign, heading] = RUN_HEADINGS[state];
  return [
    { line: [{ code: id }, ' ', { timeMs: scheduledAtMs }, ` (${scheduledAs})`], sign },
    { line: [`${heading}: ${titleWords(plan.summary).title} · asked by `, { person: requester.userId }], indent: 1 },
  ];
}
