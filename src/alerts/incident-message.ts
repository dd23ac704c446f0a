import type { Incident } from '../core/incident.ts';
import { incidentName } from '../core/incident-name.ts';
import type { Message, Part, Sign } from '../core/message.ts';
import type { Severity } from '../core/severity.ts';
import type { Signal } from '../core/signal.ts';
import type { SituationName } from '../core/situation-name.ts';
import { startSentence } from '../core/start-sentence.ts';
import { catalogue } from './catalogue.ts';
import { conditionLines } from './condition-lines.ts';
import { acknowledgedBy } from './apply-act.ts';
import { incidentButtons } from './incident-buttons.ts';
import { incidentTitle } from './incident-title.ts';
import { leaderLines } from './leader-lines.ts';
import { mentions, peopleLines } from './people-lines.ts';

/**
 * The live parent message, for somebody who was woken by it: what it is, how bad and since when, how it stands, who feels it, who has
 * taken it up, where to look first, what was seen. `mention` are the people and groups that it calls.
 */
export function incidentMessage(incident: Incident, mention: readonly string[] = []): Message {
  const { cluster, outcome, resolvedAtMs } = incident;
  const says = incident.says;
  return {
    summary: `${cluster}: ${resolvedAtMs === undefined ? says : (outcome ?? says)}`,
    parts: [
      { title: [{ bold: cluster }, `: ${incidentTitle(incident)}`], sign: signOf(incident) },
      ...(outcome === undefined ? [] : [{ line: sentence(outcome), sign: 'done' as const }]),
      ...partOfLine(incident),
      ...(says === outcome ? [] : [{ line: sentence(says) }]),
      weightLine(incident),
      ...peopleLines(incident, mention),
      ...(incident.cause === 'condition' ? waitLine(incident) : leaderLines(incident)),
      ...affected(incident),
      ...conditionLines(incident),
      ...advice(incident),
      ...notes(incident),
      ...incidentButtons(incident),
    ],
  };
}

const MOST_SEEN = 5;

/** One entry of the thread. */
export function phaseMessage(cluster: string, text: string, sign: Sign, evidence?: string): Message {
  return {
    summary: `${cluster}: ${text}`,
    parts: [{ line: sentence(text), sign }, ...(evidence ? [{ note: `Seen: ${evidence}.` }] : [])],
  };
}

/** A signal as a message of its own, for the thread of an incident or of a run. `mention` are the people and groups that it calls. */
export function signalMessage(signal: Signal, mention: readonly string[] = []): Message {
  const { cluster, kind, condition, says, evidence } = signal;
  const text =
    kind === 'worsened' && condition
      ? `it is ${condition.severity === 'critical' ? 'critical' : 'a warning'} now: ${says}`
      : says;
  const { summary, parts } = phaseMessage(cluster, text, signSignal(signal), evidence);
  return { summary, parts: mention.length > 0 ? [...parts, { line: ['For ', ...mentions(mention)] }] : parts };
}

function signSignal({ kind, condition }: Signal): Sign {
  if (kind === 'cleared' || kind === 'heard') return 'ok';
  if (kind === 'raised' || kind === 'worsened') return condition?.severity === 'critical' ? 'bad' : 'warn';
  return kind === 'led' || kind === 'restarted' ? 'leader' : 'info';
}

const WEIGHT: Readonly<Record<Severity, string>> = {
  critical: ': needs somebody now',
  warning: ': for the working day',
  info: ': for the record',
};

function weightLine(incident: Incident): Part {
  const { severity, openedAtMs, resolvedAtMs } = incident;
  const name = `${severity.charAt(0).toUpperCase()}${severity.slice(1)}`;
  const asks = acknowledgedBy(incident) ? '' : WEIGHT[severity];
  if (resolvedAtMs === undefined) return { line: [`${name}${asks}, since `, { timeMs: openedAtMs }] };
  return { line: [`${name}, from `, { timeMs: openedAtMs }, ' to ', { timeMs: resolvedAtMs }] };
}

/** As bad with a new leader as without one. */
const GRAVE: ReadonlySet<SituationName> = new Set([
  'two-primaries',
  'key-without-primary',
  'leader-overwritten',
  'flapping',
] as const);

function signOf({ resolvedAtMs, cause, to, severity, situation }: Incident): Sign {
  if (resolvedAtMs !== undefined) return 'ok';
  if (cause === 'condition') return severity === 'critical' ? 'bad' : severity === 'warning' ? 'warn' : 'info';
  if (GRAVE.has(situation)) return 'bad';
  if (cause === 'planned') return 'info';
  return to === undefined ? 'bad' : 'warn';
}

function partOfLine({ partOf }: Incident): readonly Part[] {
  if (!partOf) return [];
  const { permalink, incident } = partOf;
  const name = incidentName(incident);
  return [
    {
      line: ['Part of ', permalink === undefined ? { code: name } : { link: permalink, label: `incident ${name}` }],
      sign: 'info',
    },
  ];
}

function waitLine({ waitsFor, resolvedAtMs }: Incident): readonly Part[] {
  return waitsFor && resolvedAtMs === undefined ? [{ line: `Waiting: ${waitsFor}`, sign: 'waiting' }] : [];
}

function affected({ affects }: Incident): readonly Part[] {
  return affects.length === 0 ? [] : [{ line: `Affected: ${affects.join('; ')}`, sign: 'warn' }];
}

/** Nobody needs it when it is over. */
function advice({ situation, resolvedAtMs }: Incident): readonly Part[] {
  if (resolvedAtMs !== undefined) return [];
  const { firstLook, likelyCause } = catalogue[situation];
  return [{ line: ['First look: ', firstLook] }, { note: ['Likely cause: ', likelyCause] }];
}

/** The newest evidence; all of it, and after the end any of it, stands in the file of `/pg incident`. */
function notes({ id, evidence, replayed, recorded, resolvedAtMs }: Incident): readonly Part[] {
  const shown = resolvedAtMs === undefined ? evidence.slice(-MOST_SEEN) : [];
  const left = evidence.length - shown.length;
  const name = incidentName(id);
  const rest = shown.length === 0 ? ' has what was seen' : ' has the rest of what was seen';
  return [
    ...shown.map((seen) => ({ note: `Seen: ${seen}.` })),
    ...(replayed ? [{ note: 'It happened while Trunkline was not watching and is told late.' }] : []),
    ...(recorded ? [] : [{ note: 'Unrecorded: the store did not answer. It will be recorded when it does.' }]),
    { note: ['Incident ', { code: name }, ...(left === 0 ? [] : ['; ', { code: `/pg incident ${name}` }, rest])] },
  ];
}

function sentence(text: string): string {
  return `${startSentence(text)}.`;
}
