import type { Message, Part } from '../core/message.ts';
import type { Run } from '../core/run.ts';
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
      { line: ['Run ', { code: id }, ' · started by ', { person: requester.userId }, ` · reason: ${reason}`] },
      ...(nowMs - run.createdAtMs > LATE_MS
        ? [{ line: ['It was started ', { timeMs: run.createdAtMs }, '; it could not be told here before.'] }]
        : []),
      ...passesLine(run),
      ...(breakGlass
        ? [{ line: ['Somebody else reviews it by ', { timeMs: breakGlass.reviewDueAtMs }, ': ', { code: reviewCommand(id) }] }]
        : []),
    ],
  };
}

/** That it went past a maintenance lock. */
export function passesLine({ breakGlass }: Run): readonly Part[] {
  return breakGlass?.passes ? [{ line: `It passes a maintenance lock: ${breakGlass.passes}`, sign: 'warn' }] : [];
}

/** How a review is closed. */
export function reviewCommand(id: string): string {
  return `/pg review ${id} --says "what you found"`;
}
