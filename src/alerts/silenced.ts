import type { Incident } from '../core/incident.ts';
import type { Silence } from '../core/silence.ts';

/** The silence that covers an incident now; of several the one that lasts longest. A leader change is covered by its name alone. */
export function silenceOn(incident: Incident, silences: readonly Silence[], nowMs: number): Silence | undefined {
  return silences
    .filter((silence) => silence.fromMs <= nowMs && nowMs < silence.untilMs && covers(silence, incident))
    .sort((a, b) => b.untilMs - a.untilMs)[0];
}

/** Every condition that lasts must be covered, so that a silence hides nothing that it does not name. */
function covers({ cluster, situation, about }: Silence, incident: Incident): boolean {
  if (cluster !== incident.cluster) return false;
  if (incident.cause !== 'condition') return situation === incident.situation && about === undefined;
  const all = Object.values(incident.conditions);
  const open = all.filter(({ clearedAtMs }) => clearedAtMs === undefined);
  return (open.length > 0 ? open : all).every(
    (condition) =>
      (situation === undefined || situation === condition.situation) && (about === undefined || about === condition.about),
  );
}

/** Recorded, but not posted while the silence lasts. What needs somebody now, and a leader change, is posted all the same. */
export function isHeld({ ts, cause, severity, silencedBy }: Incident): boolean {
  return ts === undefined && cause === 'condition' && severity !== 'critical' && silencedBy !== undefined;
}
