import type { Incident } from '../core/incident.ts';
import type { Message, Part, Sign, Text } from '../core/message.ts';
import type { Signal } from '../core/signal.ts';
import { formatDuration } from '../core/units.ts';

/** The live parent message: what it is, who led and who leads, the times, what it waits for. One fact a line. */
export function incidentMessage(incident: Incident): Message {
  const { cluster, says } = incident;
  const title = titleOf(incident);
  return {
    summary: `${cluster}: ${incident.resolvedAtMs === undefined ? says : (incident.outcome ?? says)}`,
    parts: [
      { title: [{ bold: cluster }, `: ${title}`], sign: signOf(incident) },
      { line: `${says}.` },
      ...leaderLine(incident),
      ...timeLines(incident),
      ...proofLine(incident),
      ...(incident.outcome ? [{ line: `${incident.outcome}.`, sign: 'done' as const }] : []),
      ...notes(incident),
    ],
  };
}

/** One entry of the thread. */
export function phaseMessage(cluster: string, text: string, sign: Sign, evidence?: string): Message {
  return {
    summary: `${cluster}: ${text}`,
    parts: [{ line: `${text}.`, sign }, ...(evidence ? [{ note: `Seen: ${evidence}.` }] : [])],
  };
}

/** A signal as a message of its own, for the thread of an incident or of a run. */
export function signalMessage(signal: Signal): Message {
  return phaseMessage(
    signal.cluster,
    signal.says,
    signal.kind === 'led' || signal.kind === 'restarted' ? 'leader' : 'info',
    signal.evidence,
  );
}

const TITLES: Readonly<Record<Incident['cause'], string>> = {
  planned: 'switchover',
  crash: 'failover',
  released: 'leader change that nobody asked for',
  blip: 'leader key lost for a moment',
  unknown: 'leader change',
};

function titleOf({ cause, to, from, resolvedAtMs, lostAtMs }: Incident): string {
  const done = resolvedAtMs !== undefined;
  if (cause === 'unknown' && to === undefined && lostAtMs === undefined) return `the leader ${from ?? ''} does not answer`;
  if (to === undefined) return `${TITLES[cause]}, no leader now`;
  return `${TITLES[cause]}${done ? ', over' : ''}`;
}

function signOf({ resolvedAtMs, cause, to }: Incident): Sign {
  if (resolvedAtMs !== undefined) return 'ok';
  if (cause === 'planned') return 'info';
  return to === undefined ? 'bad' : 'warn';
}

function leaderLine({ from, to, timelineBefore, timelineAfter }: Incident): readonly Part[] {
  const timeline = timelineBefore === undefined ? '' : `, timeline ${timelineBefore}`;
  if (to === undefined) return from === undefined ? [] : [{ line: `Leader was ${from}${timeline}`, sign: 'leader' }];
  const after = timelineAfter !== undefined && timelineAfter !== timelineBefore ? ` -> ${timelineAfter}` : '';
  return [{ line: `Leader ${from ?? 'unknown'} -> ${to}${timeline}${after}`, sign: 'leader' }];
}

function timeLines(incident: Incident): readonly Part[] {
  if (incident.replayed) return [];
  const { lostAtMs, ledAtMs, membersBackAtMs } = incident;
  const since = (atMs: number) => (lostAtMs === undefined ? '' : ` (+${formatDuration(atMs - lostAtMs)})`);
  const line = (what: string, atMs: number | undefined, plus = true): readonly Part[] => {
    if (atMs === undefined) return [];
    const text: Text = [`${what} `, { timeMs: atMs }, plus ? since(atMs) : ''];
    return [{ line: text }];
  };
  return [
    ...line('Leader key lost', lostAtMs, false),
    ...line('New leader key', ledAtMs),
    ...line('Members streaming', membersBackAtMs),
  ];
}

function proofLine({ to, provenAtMs, timelineAfter, waitsFor, resolvedAtMs }: Incident): readonly Part[] {
  if (resolvedAtMs !== undefined && provenAtMs === undefined) return [];
  const waiting: readonly Part[] = waitsFor ? [{ line: `Waits: ${waitsFor}`, sign: 'waiting' }] : [];
  if (to === undefined) return waiting;
  if (provenAtMs === undefined) return [{ line: 'The DCS says so; confirming by SQL', sign: 'waiting' }, ...waiting];
  return [{ line: `${to} is the primary by SQL, timeline ${timelineAfter ?? 'unknown'}`, sign: 'ok' }, ...waiting];
}

function notes({ evidence, replayed, recorded }: Incident): readonly Part[] {
  return [
    ...evidence.map((seen) => ({ note: `Seen: ${seen}.` })),
    ...(replayed ? [{ note: 'It happened while Trunkline was not watching and is told late.' }] : []),
    ...(recorded ? [] : [{ note: 'Unrecorded: the store did not answer. It will be recorded when it does.' }]),
  ];
}
