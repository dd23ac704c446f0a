import type { Message, Part } from '../core/message.ts';
import type { Run } from '../core/run.ts';
import { runAsOf } from '../core/run-as-of.ts';
import { formatDuration } from '../core/units.ts';
import { RUN_HEADINGS } from './run-headings.ts';

/** Runs as a list, one line each; `cluster` when only its runs were asked for. */
export function runsCard(
  runs: readonly Run[],
  { nowMs, cluster }: { readonly nowMs: number; readonly cluster?: string },
): Message {
  const where = cluster === undefined ? '' : ` of ${cluster}`;
  if (runs.length === 0) return { summary: `No runs${where}`, parts: [{ line: `There are no runs${where}.` }] };
  const title = `Runs${where}`;
  return {
    summary: `${title}: ${runs.length}`,
    parts: [{ title }, ...runs.map((run) => line(runAsOf(run, nowMs), nowMs)), { note: 'One of them: /pg run ID' }],
  };
}

function line({ id, state, plan, requester, createdAtMs, why }: Run, nowMs: number): Part {
  const [sign, heading] = RUN_HEADINGS[state];
  const ago = ` · ${formatDuration(Math.max(0, nowMs - createdAtMs))} ago by `;
  return {
    line: [{ code: id }, ` ${heading}: ${plan.summary}`, ago, { person: requester.userId }, why ? ` · ${why}` : ''],
    sign,
  };
}
