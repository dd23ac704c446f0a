import type { Message, Part } from '../core/message.ts';
import type { Run } from '../core/run.ts';
import { formatDuration } from '../core/units.ts';
import { titleWords } from './title-words.ts';

/** The changes that were made without approval and wait for their review, with the button of each. */
export function reviewsCard(runs: readonly Run[], nowMs: number): Message {
  if (runs.length === 0) return { summary: 'No open reviews', parts: [{ line: 'No review is open.', sign: 'ok' }] };
  const title = runs.length === 1 ? '1 open review' : `${runs.length} open reviews`;
  return {
    summary: title,
    parts: [
      { title },
      ...runs.flatMap((run) => lines(run, nowMs)),
      { note: ['An approver other than the one who started it closes it: ', { code: '/pg review ID --says "what you found"' }] },
    ],
  };
}

function lines({ id, plan, requester, reason = '', state, breakGlass }: Run, nowMs: number): readonly Part[] {
  const dueMs = breakGlass?.reviewDueAtMs ?? nowMs;
  const late = dueMs <= nowMs;
  const due = late ? `overdue by ${formatDuration(nowMs - dueMs)}` : `due in ${formatDuration(dueMs - nowMs)}`;
  return [
    { line: [{ code: id }, ` ${due} · ${state} · by `, { person: requester.userId }], sign: late ? 'bad' : 'waiting' },
    { line: `${titleWords(plan.summary).title} · ${reason}`, indent: 1 },
  ];
}
