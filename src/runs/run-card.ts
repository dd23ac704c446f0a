import { hintText } from '../core/hint-text.ts';
import type { Message, Part, Span } from '../core/message.ts';
import type { Risk } from '../core/plan.ts';
import type { Journal, Run } from '../core/run.ts';
import { runAsOf } from '../core/run-as-of.ts';
import { startSentence } from '../core/start-sentence.ts';
import { formatDuration } from '../core/units.ts';
import { againParts } from './again-button.ts';
import { passesLine } from './break-glass-notice.ts';
import { allChecks, shortChecks } from './check-lines.ts';
import { type Approvers, pendingEnd } from './pending-end.ts';
import { reverseParts } from './reverse-button.ts';
import { reviewParts } from './review-parts.ts';
import { choicesOf } from './run-choices.ts';
import { RUN_HEADINGS } from './run-headings.ts';
import { didLines, logLines, stepLines, stepNow } from './step-lines.ts';
import { titleWords } from './title-words.ts';

export interface CardFacts {
  readonly run: Run;
  readonly journal: Journal;
  readonly nowMs: number;
  /** Who could still approve, for a pending request. */
  readonly approvers?: Approvers;
}

const RISKS: Readonly<Record<Risk, string>> = {
  reads: 'only reads',
  'interrupts-nothing': 'interrupts nothing',
  'interrupts-writes': 'interrupts writes',
  'can-lose-data': 'can lose data',
};

/** A run as a message, whatever its state: the same message is edited from the request to the report. */
export function runCard({ run: stored, journal, nowMs, approvers }: CardFacts): Message {
  const run = runAsOf(stored, nowMs);
  const [sign] = RUN_HEADINGS[run.state];
  const title = titleOf(run, journal);
  return {
    summary: `${title}${run.why ? `: ${run.why}` : ''}`,
    parts: [
      { title, sign },
      { line: askedBy(run) },
      ...(run.reason ? [{ line: `Reason: ${run.reason}` }] : []),
      ...asked(run),
      ...bodyOf(run, journal),
      ...(run.state === 'pending' ? [LINE, ...pendingEnd(run, approvers)] : []),
      ...endOf(run, journal),
    ],
    thread: [...threadOf(run), ...didLines(run, journal), ...logLines(run, journal)],
  };
}

/** `Running, step 3 of 7: Switch billing over from pg1 to pg2`. */
function titleOf(run: Run, journal: Journal): string {
  const [, plain] = RUN_HEADINGS[run.state];
  const waits = run.state === 'approved' && run.scheduledAtMs !== undefined ? 'Approved, waits for its time' : plain;
  const heading = run.state === 'pending' && run.confirmByAsker ? 'Waiting for its asker to confirm' : waits;
  const now = run.state === 'running' || run.state === 'cancelling' ? stepNow(run, journal) : undefined;
  return `${heading}${now ? `, ${now}` : ''}: ${titleWords(run.plan.summary).title}`;
}

function askedBy({ requester, votes, id, state, approvalsNeeded, breakGlass, confirmByAsker }: Run): readonly Span[] {
  const given = confirmByAsker ? ' · confirmed by ' : ' · approved by ';
  const voted = votes.flatMap(({ userId, verdict, totp }): Span[] => [
    verdict === 'approve' ? given : ' · denied by ',
    { person: userId },
    ...(totp ? [' with a one-time code'] : []),
  ]);
  const without = breakGlass ? ' · without approval (break-glass)' : ' · no approval needed';
  const none = !confirmByAsker && approvalsNeeded === 0 && state !== 'pending' ? [without] : [];
  return ['Run ', { code: id }, ' · asked by ', { person: requester.userId }, ...voted, ...none];
}

/** What was asked beside the runbook's own input. */
function asked(run: Run): readonly Part[] {
  const { againOf, scheduledAtMs, scheduledAs = '', requester, overrides = [] } = run;
  const says = (id: string) => run.plan.checks.find((check) => check.id === id)?.says ?? 'a check';
  return [
    ...(againOf ? [{ line: ['Asks again for ', linkTo(againOf)] }] : []),
    ...(scheduledAtMs === undefined ? [] : [{ line: ['Scheduled for ', { timeMs: scheduledAtMs }, ` (${scheduledAs})`] }]),
    ...(run.plan.stated === undefined
      ? []
      : [{ line: ['Stated by ', { person: requester.userId }, `: ${run.plan.stated}`], sign: 'warn' as const }]),
    ...overrides.map(({ check, reason }): Part => {
      return { line: ['Overridden by ', { person: requester.userId }, `: ${check}: ${says(check)} (${reason})`], sign: 'warn' };
    }),
    ...passesLine(run),
  ];
}

function linkTo({ run, link }: NonNullable<Run['againOf']>): Span {
  return link === undefined ? { code: `run ${run}` } : { link, label: `run ${run}` };
}

const LINE: Part = { divider: true };

function bodyOf(run: Run, journal: Journal): readonly Part[] {
  const began = Object.keys(journal).length > 0;
  const steps = stepLines(run, journal);
  const why: readonly Part[] = run.why && !run.report ? [{ line: hintText(`Why: ${run.why}`) }] : [];
  if (run.report)
    return [
      LINE,
      { line: hintText(startSentence(run.report.says)) },
      ...reportLines(run, began),
      ...(began ? [LINE, ...steps] : []),
    ];
  if (began || run.state === 'running' || run.state === 'cancelling') return [...why, LINE, ...steps];
  if (run.state === 'pending' || run.state === 'approved' || run.state === 'queued')
    return [LINE, ...shortChecks(run.plan.checks, run.overrides), ...planLines(run), LINE, ...steps];
  return why;
}

/** Durations stand beside the steps already. */
function reportLines({ report, plan }: Run, began: boolean): readonly Part[] {
  const titles = began ? plan.steps.map(({ title }) => `${title}: `) : [];
  return (report?.lines ?? [])
    .filter(({ text }) => !titles.some((title) => text.startsWith(title)))
    .map(({ sign, text }) => ({ line: hintText(text), sign }));
}

function planLines({ plan, takesOver = [] }: Run): readonly Part[] {
  const { rest } = titleWords(plan.summary);
  const risk = `Risk: ${RISKS[plan.risk]}${plan.riskReason ? `: ${plan.riskReason}` : ''}`;
  return [
    { line: rest === '' ? risk : `${risk}. ${rest}` },
    ...plan.notes.map((note) => ({ line: hintText(note) })),
    ...takesOver.map(takeOverLine),
  ];
}

function takeOverLine({ run, leavesOpen }: NonNullable<Run['takesOver']>[number]): Part {
  return { line: ['Takes over run ', { code: run }, `, which ends: ${leavesOpen}`], sign: 'warn' };
}

function endOf(run: Run, journal: Journal): readonly Part[] {
  const { startedAtMs, endedAtMs, planHash } = run;
  const took = startedAtMs !== undefined && endedAtMs !== undefined ? ` · took ${formatDuration(endedAtMs - startedAtMs)}` : '';
  return [
    ...choicesOf(run, journal),
    ...againParts(run),
    ...reverseParts(run),
    ...reviewParts(run),
    { note: `Plan ${planHash.slice(0, 12)}${took}` },
  ];
}

function threadOf({ plan }: Run): readonly Part[] {
  if (plan.checks.length === 0) return [];
  return [{ line: { bold: 'The checks when it was asked' } }, ...allChecks(plan.checks)];
}
