import type { Part } from '../core/message.ts';
import type { Run } from '../core/run.ts';

/** At the end of a run that can be taken back: one click asks for that, once, as a request of its own. */
export function reverseParts({ id, state, report, reversedAs }: Run): readonly Part[] {
  if (state !== 'succeeded' || report?.reverse === undefined) return [];
  if (reversedAs !== undefined) return [{ line: ['The reverse was asked for: run ', { code: reversedAs }] }];
  return [
    { line: `To take it back: ${report.reverse.says}` },
    { buttons: [{ label: 'Ask for the reverse', action: 'revert', value: id }] },
    { note: ['It is planned and approved like every change. Or type ', { code: `/pg revert ${id}` }, '.'] },
  ];
}
