import type { Incident, IncidentCondition } from '../core/incident.ts';
import { heavier, type Severity } from '../core/severity.ts';
import type { Signal } from '../core/signal.ts';
import type { SituationName } from '../core/situation-name.ts';
import { catalogue } from './catalogue.ts';

/** The incident under the name of what is known now, as heavy as that and what belongs to it. */
export function named(incident: Incident, situation: SituationName): Incident {
  return weighed({ ...incident, situation });
}

/** As heavy as its situation and the heaviest of its conditions that last. */
export function weighed(incident: Incident): Incident {
  const open = Object.values(incident.conditions).filter(isOpen);
  const severities = open.map(weightOf);
  if (incident.cause === 'condition') {
    const [first, ...rest] = severities;
    return first === undefined ? incident : { ...incident, severity: rest.reduce<Severity>(heavier, first) };
  }
  return { ...incident, severity: severities.reduce<Severity>(heavier, catalogue[incident.situation].severity) };
}

/** It was raised and has not cleared. */
export function isOpen({ clearedAtMs }: Pick<IncidentCondition, 'clearedAtMs'>): boolean {
  return clearedAtMs === undefined;
}

/** How much one condition weighs. */
export function weightOf({ severity, situation }: IncidentCondition): Severity {
  return severity ?? catalogue[situation].severity;
}

const BY_CAUSE: Readonly<Record<Signal['cause'], SituationName>> = {
  planned: 'switchover',
  crash: 'failover',
  released: 'leader-released',
  blip: 'leader-blip',
  unknown: 'failover',
  condition: 'failover',
};

const BY_KIND: Partial<Readonly<Record<Signal['kind'], SituationName>>> = {
  silent: 'leader-silent',
  crashed: 'postgres-crashed',
  restarted: 'restart-in-place',
  overwritten: 'leader-overwritten',
  missed: 'leader-change-missed',
  overdue: 'no-leader',
};

/**
 * Names that come of signals alone; any other was found by looking closer and is not taken back by a signal that only goes on. A name
 * written over another's is graver than what ends that.
 */
const BY_SIGNALS: ReadonlySet<SituationName> = new Set(
  [...Object.values(BY_CAUSE), ...Object.values(BY_KIND)].filter((name) => name !== 'leader-overwritten'),
);

/** What a signal says the incident is called. */
export function situationOf({ kind, cause, condition }: Signal): SituationName {
  return condition?.situation ?? BY_KIND[kind] ?? BY_CAUSE[cause];
}

/** The name of a leader's incident after one more signal. */
export function renamed(incident: Incident, signal: Signal): SituationName {
  if (incident.flapping) return 'flapping';
  if (signal.kind === 'overwritten') return 'leader-overwritten';
  if (signal.kind === 'heard' || !BY_SIGNALS.has(incident.situation)) return incident.situation;
  return situationOf(signal.kind === 'led' && signal.cause === 'unknown' ? { ...signal, cause: incident.cause } : signal);
}
