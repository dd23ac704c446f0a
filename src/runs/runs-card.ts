import type { Message, Part } from '../core/message.ts';
import type { Run } from '../core/run.ts';
import { runAsOf } from '../core/run-as-of.ts';
import { formatDuration } from '../core/units.ts';
import type { UnreadableRun } from '../core/view.ts';
import { RUN_HEADINGS } from './run-headings.ts';
import { titleWords } from './title-words.ts';

interface Shown {
  readonly nowMs: number;
  /** When only its runs were asked for. */
  readonly cluster?: string;
  readonly unreadable?: readonly UnreadableRun[];
}

/** Runs as a list, two lines each: which and where it stands, then what; `cluster` when only its runs were asked for. */
export function runsCard(runs: readonly Run[], { nowMs, cluster, unreadable = [] }: Shown): Message {
  const where = cluster === undefined ? '' : ` of ${cluster}`;
  if (runs.length + unreadable.length === 0)
    return { summary: `No runs${where}`, parts: [{ line: `There are no runs${where}.` }] };
  const title = `Runs${where}`;
  return {
    summary: `${title}: ${runs.length + unreadable.length}`,
    parts: [
      { title },
      ...runs.flatMap((run) => lines(runAsOf(run, nowMs), nowMs)),
      ...unreadable.map(({ id, says }): Part => ({ line: [{ code: id }, ` can not be shown: ${says}`], sign: 'warn' })),
      { note: ['One of them: ', { code: '/pg run ID' }] },
    ],
  };
}

function lines({ id, state, plan, requester, createdAtMs, why }: Run, nowMs: number): readonly Part[] {
  const [sign, heading] = RUN_HEADINGS[state];
  const ago = ` · ${formatDuration(Math.max(0, nowMs - createdAtMs))} ago by `;
  return [
    { line: [{ code: id }, ` ${heading}`, ago, { person: requester.userId }], sign },
    { line: `${titleWords(plan.summary).title}${why ? ` · ${why}` : ''}`, indent: 1 },
  ];
}
