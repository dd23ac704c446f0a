import type { Part } from '../core/message.ts';
import type { Run } from '../core/run.ts';

/** At the end of a request that was not run: one click asks for it again, once. */
export function againParts({ id, state, askedAgainAs }: Run): readonly Part[] {
  if (state !== 'stale' && state !== 'expired') return [];
  const said: Part = { line: 'Nothing that interrupts was done.' };
  if (askedAgainAs !== undefined) return [said, { line: ['Asked again: run ', { code: askedAgainAs }] }];
  return [
    said,
    { buttons: [{ label: 'Ask again', action: 'again', value: id, style: 'primary' }] },
    { note: ['The plan is made anew and approved anew. Or type ', { code: `/pg again ${id}` }, '.'] },
  ];
}
