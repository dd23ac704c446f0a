import type { HistoryEntry } from '../core/cluster.ts';
import { keptUntilMs } from '../core/debt.ts';
import { keptLine } from '../core/kept-line.ts';
import type { Part, Span } from '../core/message.ts';
import type { Run } from '../core/run.ts';
import { formatDuration } from '../core/units.ts';
import { backupLine } from './backup-line.ts';
import type { Context } from './context.ts';
import type { Facts } from './facts.ts';

/** The last leader change with who and why, the last backup, the open runs and the open incidents. */
export function contextLines(context: Context, { dcs, snapshot }: Facts): readonly Part[] {
  return [
    ...locked(context),
    ...lastChange(context, dcs?.history.at(-1), snapshot.startedAtMs),
    ...backupLine(context.backups, snapshot.startedAtMs),
    ...openRuns(context),
    ...openIncidents(context),
    ...leftBehind(context, snapshot.startedAtMs),
    ...unread(context),
  ];
}

function locked({ maintenance }: Context): readonly Part[] {
  if (!maintenance.ok || !maintenance.value) return [];
  const { holder, reason, untilMs } = maintenance.value;
  return [
    {
      sign: 'info',
      line: ['Locked for maintenance by ', { person: holder.userId }, ' until ', { timeMs: untilMs }, `: ${reason}`],
    },
  ];
}

function lastChange({ change, changedBy }: Context, history: HistoryEntry | undefined, nowMs: number): readonly Part[] {
  const seen = change.ok ? change.value : undefined;
  if (!seen || isOlder(seen.atMs, history)) return history ? [fromHistory(history, nowMs)] : [];
  const by = changedBy?.ok ? whoAsked(changedBy.value) : seen.run ? [`; run ${seen.run}`] : [];
  return [{ sign: 'info', line: ['Last leader change ', ...when(seen.atMs, nowMs), `: ${seen.says}`, ...by] }];
}

/** A change that Trunkline did not see itself stands in Patroni's history only; both clocks may be a minute apart. */
function isOlder(seenAtMs: number, history: HistoryEntry | undefined): boolean {
  const at = history?.at === undefined ? Number.NaN : Date.parse(history.at);
  return !Number.isNaN(at) && at > seenAtMs + 60_000;
}

function fromHistory({ at, newLeader, timeline, reason }: HistoryEntry, nowMs: number): Part {
  const timeMs = at === undefined ? Number.NaN : Date.parse(at);
  const to = newLeader ? `to ${newLeader}, ` : '';
  return {
    sign: 'info',
    line: [
      'Last leader change ',
      ...(Number.isNaN(timeMs) ? ['at an unknown time'] : when(timeMs, nowMs)),
      `: ${to}timeline ${timeline} -> ${timeline + 1}${because(reason)}; Patroni's history does not say who asked`,
    ],
  };
}

/** What PostgreSQL writes at every promotion (timeline.c) says nothing. */
function because(reason: string): string {
  return reason === '' || reason === 'no recovery target specified' ? '' : ` (${reason})`;
}

function when(atMs: number, nowMs: number): readonly Span[] {
  return [`${formatDuration(Math.max(0, nowMs - atMs))} ago (`, { timeMs: atMs }, ')'];
}

function whoAsked({ id, requester, reason }: Run): readonly Span[] {
  return ['; asked by ', { person: requester.userId }, ...(reason ? [` (${reason})`] : []), `, run ${id}`];
}

function openRuns({ runs }: Context): readonly Part[] {
  if (!runs.ok) return [];
  return runs.value.map(({ id, runbook, state, requester }) => ({
    sign: state === 'halted' ? 'bad' : state === 'running' ? 'busy' : 'waiting',
    line: [`Run ${id}: ${runbook}, ${state}, asked by `, { person: requester.userId }],
  }));
}

function openIncidents({ incidents }: Context): readonly Part[] {
  if (!incidents.ok) return [];
  return incidents.value.map(({ says, sinceMs, permalink }) => ({
    sign: 'warn',
    line: [permalink ? { link: permalink, label: 'Open incident' } : 'Open incident', `: ${says}, since `, { timeMs: sinceMs }],
  }));
}

function leftBehind({ debts }: Context, nowMs: number): readonly Part[] {
  if (!debts.ok) return [];
  return debts.value.map((debt) => {
    const { says, run, sinceMs } = debt;
    const untilMs = keptUntilMs(debt);
    if (untilMs === undefined)
      return { sign: 'warn', line: [`Left behind by run ${run} since `, { timeMs: sinceMs }, `: ${says}`] };
    return { sign: 'warn', line: [`${says}. `, ...keptLine(debt, untilMs, nowMs), `, run ${run}`] };
  });
}

function unread({ change, runs, incidents, maintenance }: Context): readonly Part[] {
  const failed = [change, runs, incidents, maintenance].find((reading) => !reading.ok);
  if (!failed || failed.ok) return [];
  return [{ sign: 'unknown', line: `Runs, incidents and who changed the leader not read: ${failed.why}` }];
}
