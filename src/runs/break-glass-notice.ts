import type { Message, Part } from '../core/message.ts';
import type { Run } from '../core/run.ts';
import { isFinal } from '../core/run-state.ts';
import { titleWords } from './title-words.ts';

/** Later than this, it was not told when it happened. */
const LATE_MS = 60_000;

/** What the operators' channel is told when somebody starts a change without approval, or later, where it could not be told then. */
export function breakGlassNotice(run: Run, nowMs: number): Message {
  const { id, requester, cluster, plan, reason = '', breakGlass } = run;
  const says = `Break-glass on ${cluster}, without approval: ${titleWords(plan.summary).title}`;
  return {
    summary: says,
    parts: [
      { title: says, sign: 'warn' },
      {
        line: [
          'Run ',
          { code: id },
          ` · ${ran(run) ? 'started' : 'asked'} by `,
          { person: requester.userId },
          ` · reason: ${reason}`,
        ],
      },
      ...lateLine(run, nowMs),
      ...passesLine(run),
      ...(breakGlass
        ? [{ line: ['Somebody else reviews it by ', { timeMs: breakGlass.reviewDueAtMs }, ': ', { code: reviewCommand(id) }] }]
        : []),
    ],
  };
}

/** When it was, and what became of it where it never ran, such as one whose record was not confirmed in time. */
function lateLine(run: Run, nowMs: number): readonly Part[] {
  if (nowMs - run.createdAtMs <= LATE_MS) return [];
  const end = ran(run) ? '' : `, and ended as ${run.state} without a step`;
  const what = ran(run) ? 'It was started ' : 'It was asked for ';
  return [{ line: [what, { timeMs: run.createdAtMs }, `${end}; it could not be told here before.`] }];
}

function ran({ state, startedAtMs }: Run): boolean {
  return startedAtMs !== undefined || !isFinal(state);
}

/** That it went past a maintenance lock. */
export function passesLine({ breakGlass }: Run): readonly Part[] {
  return breakGlass?.passes ? [{ line: `It passes a maintenance lock: ${breakGlass.passes}`, sign: 'warn' }] : [];
}

/** How a review is closed. */
export function reviewCommand(id: string): string {
  return `/pg review ${id} --says "what you found"`;
}
