import type { Incident } from '../core/incident.ts';
import type { Message, Part, Sign, Text } from '../core/message.ts';
import type { Signal } from '../core/signal.ts';
import { startSentence } from '../core/start-sentence.ts';
import { formatDuration } from '../core/units.ts';

/** The live parent message: what it is, how it ended or stands, who led and who leads, the times, what it waits for. */
export function incidentMessage(incident: Incident): Message {
  const { cluster, says, outcome } = incident;
  const title = titleOf(incident);
  return {
    summary: `${cluster}: ${incident.resolvedAtMs === undefined ? says : (outcome ?? says)}`,
    parts: [
      { title: [{ bold: cluster }, `: ${title}`], sign: signOf(incident) },
      ...(outcome === undefined ? [] : [{ line: sentence(outcome), sign: 'done' as const }]),
      ...(says === outcome ? [] : [{ line: sentence(says) }]),
      ...leaderLine(incident),
      ...timeLines(incident),
      ...proofLine(incident),
      ...notes(incident),
    ],
  };
}

/** One entry of the thread. */
export function phaseMessage(cluster: string, text: string, sign: Sign, evidence?: string): Message {
  return {
    summary: `${cluster}: ${text}`,
    parts: [{ line: sentence(text), sign }, ...(evidence ? [{ note: `Seen: ${evidence}.` }] : [])],
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
  condition: 'alert',
};

function titleOf(incident: Incident): string {
  const { cause, to, from, resolvedAtMs, lostAtMs } = incident;
  const over = resolvedAtMs === undefined ? '' : ', resolved';
  if (to === undefined && lostAtMs === undefined) {
    const who = from === undefined ? 'the leader' : `the leader ${from}`;
    return cause === 'crash' ? `crash of ${who}${over}` : `no answer of ${who}${over}`;
  }
  if (to === undefined) return `${TITLES[cause]}, no leader now`;
  if (to === from && cause !== 'blip') return `restart of the leader in place${over}`;
  return `${TITLES[cause]}${cause === 'blip' || from === undefined ? '' : ` ${from} -> ${to}`}${over}`;
}

function signOf({ resolvedAtMs, cause, to }: Incident): Sign {
  if (resolvedAtMs !== undefined) return 'ok';
  if (cause === 'planned') return 'info';
  return to === undefined ? 'bad' : 'warn';
}

function leaderLine({ from, to, timelineBefore, timelineAfter, lostAtMs }: Incident): readonly Part[] {
  const timeline = timelineBefore === undefined ? '' : `, timeline ${timelineBefore}`;
  if (to === undefined) {
    const was = lostAtMs === undefined ? 'is' : 'was';
    return from === undefined ? [] : [{ line: `Leader ${was} ${from}${timeline}`, sign: 'leader' }];
  }
  const after = timelineAfter !== undefined && timelineAfter !== timelineBefore ? ` -> ${timelineAfter}` : '';
  const who = from === to ? `${to} again` : `${from ?? 'unknown'} -> ${to}`;
  return [{ line: `Leader ${who}${timeline}${after}`, sign: 'leader' }];
}

function timeLines(incident: Incident): readonly Part[] {
  if (incident.replayed) return [];
  const { lostAtMs, ledAtMs, membersBackAtMs, openedAtMs, from, to } = incident;
  const startMs = lostAtMs ?? openedAtMs;
  const line = (what: string, atMs: number | undefined): readonly Part[] => {
    if (atMs === undefined) return [];
    const since = atMs > startMs ? ` (+${formatDuration(atMs - startMs)})` : '';
    const text: Text = [`${what} `, { timeMs: atMs }, since];
    return [{ line: text }];
  };
  return [
    ...line('First seen', openedAtMs < startMs || lostAtMs === undefined ? openedAtMs : undefined),
    ...line('Leader key lost', lostAtMs),
    ...line(from === to ? 'Leader back' : 'New leader key', ledAtMs),
    ...line('Members streaming', membersBackAtMs),
  ];
}

function proofLine({ to, provenAtMs, timelineAfter, waitsFor, resolvedAtMs }: Incident): readonly Part[] {
  if (resolvedAtMs !== undefined && provenAtMs === undefined) return [];
  const waiting: readonly Part[] =
    waitsFor && resolvedAtMs === undefined ? [{ line: `Waiting: ${waitsFor}`, sign: 'waiting' }] : [];
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

function sentence(text: string): string {
  return `${startSentence(text)}.`;
}
