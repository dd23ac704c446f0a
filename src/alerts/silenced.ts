import type { Incident, IncidentCondition } from '../core/incident.ts';
import type { Silence } from '../core/silence.ts';
import { isOpen, weightOf } from './situation.ts';

/** The silence that covers an incident now; of several the one that lasts longest. A leader change is covered by its name alone. */
export function silenceOn(incident: Incident, silences: readonly Silence[], nowMs: number): Silence | undefined {
  return silences
    .filter((silence) => silence.fromMs <= nowMs && nowMs < silence.untilMs && covers(silence, incident))
    .sort((a, b) => b.untilMs - a.untilMs)[0];
}

/**
 * Every condition that lasts must be covered, so that a silence hides nothing that it does not name: in the incident of a leader what is
 * critical, for the rest follows from the change that is named.
 */
function covers(silence: Silence, incident: Incident): boolean {
  const { cluster, situation, about } = silence;
  if (cluster !== incident.cluster) return false;
  const all = Object.values(incident.conditions);
  const open = all.filter(isOpen);
  if (incident.cause !== 'condition') {
    const isNamed = situation === incident.situation && about === undefined;
    return isNamed && open.every((one) => weightOf(one) !== 'critical' || coversOne(silence, one));
  }
  return (open.length > 0 ? open : all).every((one) => coversOne(silence, one));
}

function coversOne({ cluster, situation, about }: Silence, condition: IncidentCondition): boolean {
  if (condition.cluster !== undefined && condition.cluster !== cluster) return false;
  return (situation === undefined || situation === condition.situation) && (about === undefined || about === condition.about);
}

/** Recorded, but not posted while the silence lasts. What needs somebody now, and a leader change, is posted all the same. */
export function isHeld({ ts, cause, severity, silencedBy }: Incident): boolean {
  return ts === undefined && cause === 'condition' && severity !== 'critical' && silencedBy !== undefined;
}
