import type { Part } from '../core/message.ts';
import type { Run } from '../core/run.ts';
import { isFinal } from '../core/run-state.ts';

/** Of a run that was started without approval: whether somebody else has reviewed it, and the button that does. */
export function reviewParts({ id, state, breakGlass }: Run): readonly Part[] {
  if (!breakGlass) return [];
  const { review, reviewDueAtMs } = breakGlass;
  if (review)
    return [
      { line: ['Reviewed by ', { person: review.userId }, ', ', { timeMs: review.atMs }, `: ${review.says}`], sign: 'done' },
    ];
  const open: Part = { line: ['Review open: somebody else closes it by ', { timeMs: reviewDueAtMs }], sign: 'waiting' };
  if (!isFinal(state)) return [open];
  return [open, { buttons: [{ label: 'Close the review', action: 'review', value: id, style: 'primary' }] }];
}
