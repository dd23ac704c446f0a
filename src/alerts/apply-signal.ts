import type { Incident } from '../core/incident.ts';
import { opens, type Signal } from '../core/signal.ts';
import type { SituationName } from '../core/situation-name.ts';

/** The incident that a signal opens. */
export function incidentOf(signal: Signal, id: string, channel: string): Incident {
  return applySignal(
    {
      version: 2,
      id,
      cluster: signal.cluster,
      ...namedBy(signal),
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

const BY_CAUSE: Readonly<Record<Signal['cause'], SituationName>> = {
  planned: 'switchover',
  crash: 'failover',
  released: 'leader-released',
  blip: 'leader-blip',
  unknown: 'failover',
  condition: 'failover',
};

function namedBy({ cause, condition }: Signal): Pick<Incident, 'situation' | 'severity'> {
  if (condition) return condition;
  return { situation: BY_CAUSE[cause], severity: cause === 'planned' || cause === 'blip' ? 'info' : 'critical' };
}

/** The incident after one more of its signals. Pure. */
export function applySignal(incident: Incident, signal: Signal): Incident {
  const { kind, atMs } = signal;
  const next: Incident = { ...incident, says: signal.says };
  delete next.waitsFor;
  if (signal.evidence && !incident.evidence.includes(signal.evidence)) next.evidence = [...incident.evidence, signal.evidence];
  if (!(opens(signal) === false && signal.cause === 'unknown')) next.cause = signal.cause;
  if (signal.from !== undefined) next.from ??= signal.from;
  if (signal.timeline !== undefined) next.timelineBefore ??= signal.timeline;
  if (kind === 'lost') next.lostAtMs ??= atMs;
  if (signal.to !== undefined && kind !== 'crashed') {
    next.to = signal.to;
    next.ledAtMs = atMs;
    delete next.provenAtMs;
    delete next.membersBackAtMs;
  }
  if (kind === 'heard') {
    next.resolvedAtMs = atMs;
    next.outcome = signal.says;
  }
  return next;
}

/** The last line: who leads, how long it took. */
export function outcomeOf(incident: Incident, nowMs: number): string {
  const { to, timelineAfter, lostAtMs, ledAtMs, replayed } = incident;
  const on = timelineAfter === undefined ? '' : ` on timeline ${timelineAfter}`;
  const gap =
    replayed || lostAtMs === undefined || ledAtMs === undefined ? '' : `, ${seconds(ledAtMs - lostAtMs)} without a leader key`;
  const whole = replayed || lostAtMs === undefined ? '' : `, over after ${seconds(nowMs - lostAtMs)}`;
  return `${to ?? 'the leader'} leads${on}${gap}${whole}`;
}

function seconds(millis: number): string {
  return `${(millis / 1000).toFixed(1)} s`;
}
