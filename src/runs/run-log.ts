import type { Attachment } from '../core/message.ts';
import type { Journal, JournalEntry, Run } from '../core/run.ts';
import { formatDuration } from '../core/units.ts';

/** All that is known of a run as a text file, in the order in which it happened; times in UTC. */
export function runLog(run: Run, journal: Journal): Attachment {
  const { id, state, plan } = run;
  const content = [...head(run), '', ...checks(run), '', ...steps(run, journal), ...undone(run, journal), '', ...tail(run)];
  return {
    name: `run-${id}.log`,
    title: `The log of run ${id}`,
    alt: `The log of run ${id} (${state}): ${plan.summary}`,
    content: `${content.join('\n')}\n`,
  };
}

const at = (ms: number): string => new Date(ms).toISOString();

function head(run: Run): readonly string[] {
  const { id, runbook, cluster, environment, requester, reason, votes, createdAtMs, startedAtMs, planHash, plan } = run;
  return [
    `run ${id}: ${plan.summary}`,
    `runbook ${runbook}, cluster ${cluster} (${environment}), risk ${plan.risk}, plan ${planHash}`,
    `${at(createdAtMs)} asked by ${requester.userName} (${requester.userId})${reason ? `: ${reason}` : ''}`,
    ...votes.map(
      ({ atMs, verdict, userName, userId, reason: why }) => `${at(atMs)} ${verdict} by ${userName} (${userId})${because(why)}`,
    ),
    ...(startedAtMs === undefined ? [] : [`${at(startedAtMs)} started, attempts so far: ${run.epoch}`]),
  ];
}

function checks({ plan }: Run): readonly string[] {
  return [
    'checks:',
    ...plan.checks.map(({ id, verdict, says, limit }) => `  ${verdict} ${id}: ${says}${limit ? ` (limit: ${limit})` : ''}`),
  ];
}

function steps({ plan }: Run, journal: Journal): readonly string[] {
  const lines = plan.steps.flatMap(({ id, title }, index) => step(`${index + 1}. ${title}`, id, journal[id]));
  return ['steps:', ...lines];
}

function step(title: string, id: string, entry: JournalEntry | undefined): readonly string[] {
  if (!entry) return [`  ${title} [${id}]: not begun`];
  const { mark, startedAtMs, endedAtMs, note, did, lines = [] } = entry;
  const took = endedAtMs === undefined ? '' : ` after ${formatDuration(Math.max(0, endedAtMs - startedAtMs))}`;
  return [
    `  ${at(startedAtMs)} ${title} [${id}]: ${mark}${took}${because(note)}`,
    ...(did === undefined ? [] : [`    did: ${did}`]),
    ...lines.map((line) => `    | ${line}`),
  ];
}

function undone({ plan }: Run, journal: Journal): readonly string[] {
  return plan.steps.flatMap(({ id, title }) => {
    const entry = journal[`undo.${id}`];
    return entry ? step(`Undo: ${title}`, `undo.${id}`, entry) : [];
  });
}

function tail({ decisions = [], cancelledBy, endedAtMs, state, why, report }: Run): readonly string[] {
  return [
    ...decisions.map(
      ({ atMs, verb, step: id, userName, userId, reason }) =>
        `${at(atMs)} ${verb} ${id} by ${userName} (${userId})${because(reason)}`,
    ),
    ...(cancelledBy ? [`${at(cancelledBy.atMs)} stop wanted by ${cancelledBy.userName} (${cancelledBy.userId})`] : []),
    `${endedAtMs === undefined ? 'now' : at(endedAtMs)} ${state}${because(why)}`,
    ...(report ? [report.says, ...report.lines.map(({ sign, text }) => `  ${sign}: ${text}`)] : []),
  ];
}

function because(why: string | undefined): string {
  return why ? `: ${why}` : '';
}
