import type { Incident } from '../core/incident.ts';
import { isHeavier } from '../core/severity.ts';
import { opens, type Signal } from '../core/signal.ts';
import { formatDuration } from '../core/units.ts';
import { catalogue } from './catalogue.ts';
import { foldCondition } from './fold-condition.ts';
import { named, renamed, situationOf } from './situation.ts';
import { noted } from './timeline.ts';

/** The incident that a signal opens. */
export function incidentOf(signal: Signal, id: string, channel: string): Incident {
  const situation = situationOf(signal);
  return applySignal(
    {
      version: 2,
      id,
      cluster: signal.cluster,
      situation,
      severity: signal.condition?.severity ?? catalogue[situation].severity,
      cause: signal.cause,
      says: signal.says,
      evidence: [],
      conditions: {},
      timeline: [],
      affects: [],
      acts: [],
      escalations: [],
      openedAtMs: signal.atMs,
      replayed: signal.replayed ?? false,
      recorded: true,
      channel,
    },
    signal,
  );
}

/** The incident after one more of its signals. Pure. */
export function applySignal(incident: Incident, signal: Signal): Incident {
  const next: Incident = noted({ ...incident, says: signal.says }, signal.atMs, signal.says, signal.evidence);
  if (signal.evidence && !incident.evidence.includes(signal.evidence)) next.evidence = [...incident.evidence, signal.evidence];
  if (signal.condition) return grown(reopened(foldCondition(besideLeader(next, incident), signal), signal), incident, signal);
  return applyLeader(next, signal);
}

/** What folds into a leader's incident is not what it is about. */
function besideLeader(next: Incident, { cause, says }: Incident): Incident {
  return cause === 'condition' ? next : { ...next, says };
}

/** What falls and rises again within an hour (milliseconds) was this heavy since the first time, else escalation would begin anew each time. */
const WAVERS_MS = 3_600_000;

/** Heavier than it was: its route may be another one from now on. */
function grown(incident: Incident, { severity, heavier: before }: Incident, { id, atMs }: Signal): Incident {
  if (!isHeavier(incident.severity, severity)) return incident;
  const wavers = before?.as === incident.severity && atMs - before.atMs < WAVERS_MS;
  return { ...incident, heavier: { atMs: wavers ? before.atMs : atMs, signal: id, as: incident.severity } };
}

/** What is raised, or grows, in an incident that was just found to be over keeps it open while it lasts; people's word stands when it grows. */
function reopened(incident: Incident, { kind }: Signal): Incident {
  if (kind === 'worsened' && incident.acts.some(({ act }) => act === 'resolve')) return incident;
  if (kind === 'cleared' || incident.resolvedAtMs === undefined || incident.partOf) return incident;
  const { resolvedAtMs: _, outcome: __, ...open } = incident;
  return open;
}

function applyLeader(incident: Incident, signal: Signal): Incident {
  const { kind, atMs } = signal;
  const next = takesLeaderAway(signal) && incident.to !== undefined ? anew(incident) : { ...incident };
  delete next.waitsFor;
  delete next.pendingOutcome;
  if (takesLeaderAway(signal) || opens(signal) || signal.cause !== 'unknown') next.cause = signal.cause;
  if (signal.from !== undefined) next.from ??= signal.from;
  if (signal.timeline !== undefined) next.timelineBefore ??= signal.timeline;
  if (kind === 'lost') next.lostAtMs ??= atMs;
  if (kind === 'overwritten') next.overwrote = signal.says;
  if (signal.to !== undefined && kind !== 'crashed') {
    next.to = signal.to;
    next.ledAtMs = atMs;
    delete next.provenAtMs;
    delete next.membersBackAtMs;
  }
  if (signal.flapping !== undefined) next.flapping = { changes: signal.flapping, lastAtMs: atMs };
  if (kind === 'heard') next.pendingOutcome = signal.says;
  return named(next, renamed(next, signal));
}

const takesLeaderAway = ({ kind }: Signal): boolean => kind === 'lost' || kind === 'overwritten';

/** The leader is lost once more in the same incident: what was known of the change before it is over. */
function anew(incident: Incident): Incident {
  const {
    from: _,
    to: __,
    lostAtMs: ___,
    ledAtMs,
    provenAtMs,
    membersBackAtMs,
    timelineBefore,
    timelineAfter,
    ...rest
  } = incident;
  return rest;
}

/** The last line: who leads, how long it took. */
export function outcomeOf(incident: Incident, nowMs: number): string {
  const { to, timelineAfter, openedAtMs, lostAtMs, ledAtMs, replayed } = incident;
  const on = timelineAfter === undefined ? '' : ` on timeline ${timelineAfter}`;
  const gap =
    replayed || lostAtMs === undefined || ledAtMs === undefined
      ? ''
      : `, ${formatDuration(ledAtMs - lostAtMs)} without a leader key`;
  const whole =
    replayed || lostAtMs === undefined ? '' : `, over after ${formatDuration(nowMs - Math.min(openedAtMs, lostAtMs))}`;
  return `${to ?? 'the leader'} leads${on}${gap}${whole}`;
}
