import type { HistoryEntry } from '../core/cluster.ts';
import type { LeaderChange } from '../core/incident.ts';
import { formatLsn } from '../core/lsn.ts';
import { type Attachment, type Message, type Part, plain, type Span, type Text } from '../core/message.ts';
import type { Run } from '../core/run.ts';

/** What a cluster's history is told from. `noted`: why the store could not be asked, if it could not. */
export interface HistoryFacts {
  readonly cluster: string;
  /** Patroni's own, oldest first: one entry for each timeline that was left. */
  readonly entries: readonly HistoryEntry[];
  readonly changes: readonly LeaderChange[];
  readonly runs: readonly Run[];
  readonly noted?: string;
}

/** So many stand in the message; all of them in the file. */
const SHOWN = 8;
/** A run's record and Patroni's history tell the same moment by two clocks. */
const NEAR_MS = 120_000;

/** The timelines of a cluster, newest first, with who changed the leader and why as far as Trunkline knows. */
export function historyMessage(facts: HistoryFacts): Message {
  const { cluster, entries, noted } = facts;
  const rows = entries.map((entry, index) => rowOf(entry, entries[index - 1]?.newLeader, facts)).reverse();
  const title = rows.length === 0 ? `${cluster}: no timeline was ever left` : `${cluster}: ${rows.length} changes of timeline`;
  const more = rows.length > SHOWN ? [{ note: `The last ${SHOWN}; all ${rows.length} are in the file in the thread.` }] : [];
  return {
    summary: title,
    parts: [
      { title },
      ...rows.slice(0, SHOWN).flatMap(({ line, why }): Part[] => [{ line }, { line: why, indent: 1 }]),
      ...more,
      ...(noted ? [{ note: `Who and why is not known: ${noted}` }] : []),
      { note: "From Patroni's history in the DCS, joined with Trunkline's own runs and alerts." },
    ],
    ...(rows.length > SHOWN ? { attachments: [fileOf(cluster, rows)] } : {}),
  };
}

interface Row {
  readonly line: Text;
  readonly why: Text;
}

function rowOf(entry: HistoryEntry, before: string | undefined, facts: HistoryFacts): Row {
  const { timeline, lsn, newLeader = 'a member that Patroni did not name' } = entry;
  const atMs = timeOf(entry);
  const when: readonly Span[] = atMs === undefined ? [] : [', ', { timeMs: atMs }];
  const from = before === undefined || before === newLeader ? '' : ` after ${before}`;
  return {
    line: [{ bold: `Timeline ${timeline + 1}` }, `: ${newLeader} leads${from}`, ...when],
    why: [...whyOf(entry, facts), ` (timeline ${timeline} was left at ${formatLsn(lsn)})`],
  };
}

function whyOf(entry: HistoryEntry, { changes, runs, noted }: HistoryFacts): readonly Span[] {
  const change = changes.find((one) => isSame(one, entry));
  const run = runs.find((one) => one.id === change?.run) ?? runs.find((one) => made(one, entry));
  if (run) return runWords(run);
  if (change) return [change.kind === 'unknown' ? change.says : `${KINDS[change.kind]}: ${change.says}`];
  if (noted) return ['who and why is not known now'];
  return ['not by a run of Trunkline, which saw nothing of it'];
}

const KINDS: Readonly<Record<LeaderChange['kind'], string>> = {
  planned: 'Planned, by hand',
  crash: 'Crash or partition',
  released: 'The leader let go',
  blip: 'Short loss',
  unknown: 'Unknown',
};

function isSame({ timeline, to, atMs }: LeaderChange, entry: HistoryEntry): boolean {
  if (timeline !== undefined) return timeline === entry.timeline && (to === undefined || to === entry.newLeader);
  const entryMs = timeOf(entry);
  return entryMs !== undefined && to === entry.newLeader && Math.abs(atMs - entryMs) < NEAR_MS;
}

/** Runbooks that change the leader, or after which Patroni may. */
const CHANGERS: readonly string[] = ['switchover', 'failover', 'release', 'restart', 'resume'];

/** A run that was planned on the timeline that was left, and was under way when it was. */
function made({ runbook, material, startedAtMs, endedAtMs, state }: Run, entry: HistoryEntry): boolean {
  const atMs = timeOf(entry);
  const { timeline, timelines } = material;
  const wasOn = timeline === entry.timeline || (Array.isArray(timelines) && timelines.includes(entry.timeline));
  if (!CHANGERS.includes(runbook) || !wasOn || startedAtMs === undefined || atMs === undefined) return false;
  const endMs = endedAtMs ?? (state === 'halted' ? startedAtMs : Number.POSITIVE_INFINITY);
  return atMs >= startedAtMs - NEAR_MS && atMs <= endMs + NEAR_MS;
}

function runWords({ id, runbook, requester, votes, reason, breakGlass }: Run): readonly Span[] {
  const approvers = votes.filter(({ verdict, userId }) => verdict === 'approve' && userId !== requester.userId);
  const approved = approvers.flatMap(({ userId }, index): Span[] => [index === 0 ? ', approved by ' : ', ', { person: userId }]);
  return [
    `${runbook.charAt(0).toUpperCase()}${runbook.slice(1)} by `,
    { person: requester.userId },
    ...approved,
    ...(breakGlass ? [', without approval (break-glass)'] : []),
    ...(reason ? [`: ${reason}`] : []),
    ', run ',
    { code: id },
  ];
}

function timeOf({ at }: HistoryEntry): number | undefined {
  const ms = at === undefined ? Number.NaN : Date.parse(at);
  return Number.isNaN(ms) ? undefined : ms;
}

function fileOf(cluster: string, rows: readonly Row[]): Attachment {
  const text = rows.map(({ line, why }) => `${plain(line)}\n  ${plain(why)}`).join('\n');
  return {
    name: `history-${cluster}.txt`,
    title: `The timelines of ${cluster}`,
    alt: `The timelines of ${cluster}, newest first`,
    content: `${text}\n`,
  };
}
