import type { Button, Message, Part, Span } from '../core/message.ts';
import type { Risk } from '../core/plan.ts';
import type { Journal, Run } from '../core/run.ts';
import { runAsOf } from '../core/run-as-of.ts';
import { startSentence } from '../core/start-sentence.ts';
import { formatDuration } from '../core/units.ts';
import { allChecks, shortChecks } from './check-lines.ts';
import { choicesOf } from './run-choices.ts';
import { RUN_HEADINGS } from './run-headings.ts';
import { logLines, stepLines, stepNow } from './step-lines.ts';
import { titleWords } from './title-words.ts';

export interface CardFacts {
  readonly run: Run;
  readonly journal: Journal;
  readonly nowMs: number;
  /** Who could still approve, for a pending request. */
  readonly approvers?: { readonly users: readonly string[]; readonly groups: readonly string[] };
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
      ...bodyOf(run, journal),
      ...(run.state === 'pending' ? pendingEnd(run, approvers) : []),
      ...endOf(run, journal),
    ],
    thread: [...threadOf(run), ...logLines(run, journal)],
  };
}

/** `Running, step 3 of 7: Switch billing over from pg1 to pg2`. */
function titleOf(run: Run, journal: Journal): string {
  const [, heading] = run.state === 'pending' && run.confirmByAsker ? CONFIRMATION : RUN_HEADINGS[run.state];
  const now = run.state === 'running' || run.state === 'cancelling' ? stepNow(run, journal) : undefined;
  return `${heading}${now ? `, ${now}` : ''}: ${titleWords(run.plan.summary).title}`;
}

function askedBy({ requester, votes, id, state, approvalsNeeded, confirmByAsker }: Run): readonly Span[] {
  const given = confirmByAsker ? ' · confirmed by ' : ' · approved by ';
  const voted = votes.flatMap(({ userId, verdict, totp }): Span[] => [
    verdict === 'approve' ? given : ' · denied by ',
    { person: userId },
    ...(totp ? [' with a one-time code'] : []),
  ]);
  const none = !confirmByAsker && approvalsNeeded === 0 && state !== 'pending' ? [' · no approval needed'] : [];
  return ['Run ', { code: id }, ' · asked by ', { person: requester.userId }, ...voted, ...none];
}

const CONFIRMATION = ['waiting', 'Waiting for its asker to confirm'] as const;
const LINE: Part = { divider: true };

function bodyOf(run: Run, journal: Journal): readonly Part[] {
  const began = Object.keys(journal).length > 0;
  const steps = stepLines(run, journal);
  const why: readonly Part[] = run.why && !run.report ? [{ line: `Why: ${run.why}` }] : [];
  if (run.report)
    return [LINE, { line: startSentence(run.report.says) }, ...reportLines(run, began), ...(began ? [LINE, ...steps] : [])];
  if (began || run.state === 'running' || run.state === 'cancelling') return [...why, LINE, ...steps];
  if (run.state === 'pending' || run.state === 'approved' || run.state === 'queued')
    return [LINE, ...shortChecks(run.plan.checks), ...planLines(run), LINE, ...steps];
  return why;
}

/** Durations stand beside the steps already. */
function reportLines({ report, plan }: Run, began: boolean): readonly Part[] {
  const titles = began ? plan.steps.map(({ title }) => `${title}: `) : [];
  return (report?.lines ?? [])
    .filter(({ text }) => !titles.some((title) => text.startsWith(title)))
    .map(({ sign, text }) => ({ line: text, sign }));
}

function planLines({ plan, takesOver = [] }: Run): readonly Part[] {
  const { rest } = titleWords(plan.summary);
  const risk = `Risk: ${RISKS[plan.risk]}${plan.riskReason ? `: ${plan.riskReason}` : ''}`;
  return [
    { line: rest === '' ? risk : `${risk}. ${rest}` },
    ...plan.notes.map((line) => ({ line })),
    ...takesOver.map(takeOverLine),
  ];
}

function takeOverLine({ run, leavesOpen }: NonNullable<Run['takesOver']>[number]): Part {
  return { line: ['Takes over run ', { code: run }, `, which ends: ${leavesOpen}`], sign: 'warn' };
}

function pendingEnd(run: Run, approvers: CardFacts['approvers']): readonly Part[] {
  const code: readonly Part[] = run.totpRequired
    ? [{ note: ['A one-time code is asked for at the click. None yet? ', { code: '/pg totp enroll' }] }]
    : [];
  const lapses: readonly Span[] = [' · lapses ', { timeMs: run.expiresAtMs }];
  if (run.confirmByAsker)
    return [
      LINE,
      { line: ['Only ', { person: run.requester.userId }, ' can confirm it', ...lapses] },
      ...code,
      { buttons: confirmButtons(run) },
    ];
  const given = run.votes.filter(({ verdict }) => verdict === 'approve').length;
  const approvals = `${given} of ${run.approvalsNeeded} approvals by other people`;
  const people = (approvers?.users ?? []).slice(0, 8).flatMap((person, i): Span[] => [i === 0 ? '' : ', ', { person }]);
  const groups =
    approvers && approvers.groups.length > 0 ? [people.length > 0 ? ' and the approvers groups' : 'the approvers groups'] : [];
  const who: readonly Part[] = people.length + groups.length > 0 ? [{ note: ['Can approve: ', ...people, ...groups] }] : [];
  return [LINE, { line: [approvals, ...lapses] }, ...who, ...code, { buttons: pendingButtons(run) }];
}

function confirmButtons({ id }: Run): readonly Button[] {
  return [
    { label: 'Confirm', action: 'confirm', value: id, style: 'primary' },
    { label: 'Withdraw', action: 'withdraw', value: id },
  ];
}

/** Actions are named after the commands that do the same; the value is the run's id and nothing else. */
function pendingButtons({ id, plan }: Run): readonly Button[] {
  const confirm = { title: 'Approve this plan?', text: plan.summary.slice(0, 280), ok: 'Approve' };
  return [
    { label: 'Approve', action: 'approve', value: id, style: 'primary', confirm },
    { label: 'Deny', action: 'deny', value: id, style: 'danger' },
    { label: 'Withdraw', action: 'withdraw', value: id },
  ];
}

function endOf(run: Run, journal: Journal): readonly Part[] {
  const { state, startedAtMs, endedAtMs, planHash, runbook, cluster } = run;
  const stale: readonly Part[] =
    state === 'stale' || state === 'expired'
      ? [{ line: ['Nothing that interrupts was done. Ask again: ', { code: `/pg ${runbook} ${cluster}` }] }]
      : [];
  const took = startedAtMs !== undefined && endedAtMs !== undefined ? ` · took ${formatDuration(endedAtMs - startedAtMs)}` : '';
  return [...choicesOf(run, journal), ...stale, { note: `Plan ${planHash.slice(0, 12)}${took}` }];
}

function threadOf({ plan }: Run): readonly Part[] {
  if (plan.checks.length === 0) return [];
  return [{ line: { bold: 'The checks when it was asked' } }, ...allChecks(plan.checks)];
}
