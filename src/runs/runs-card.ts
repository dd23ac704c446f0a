import type { Message, Part } from '../core/message.ts';
import type { Run } from '../core/run.ts';
import { runAsOf } from '../core/run-as-of.ts';
import { formatDuration } from '../core/units.ts';
import { RUN_HEADINGS } from './run-headings.ts';
import { titleWords } from './title-words.ts';

/** Runs as a list, two lines each: which and where it stands, then what; `cluster` when only its runs were asked for. */
export function runsCard(
  runs: readonly Run[],
  { nowMs, cluster }: { readonly nowMs: number; readonly cluster?: string },
): Message {
  const where = cluster === undefined ? '' : ` of ${cluster}`;
  if (runs.length === 0) return { summary: `No runs${where}`, parts: [{ line: `There are no runs${where}.` }] };
  const title = `Runs${where}`;
  return {
    summary: `${title}: ${runs.length}`,
    parts: [
      { title },
      ...runs.flatMap((run) => lines(runAsOf(run, nowMs), nowMs)),
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
