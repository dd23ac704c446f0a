import type { Incident } from '../core/incident.ts';
import type { Route, Routing } from './ports.ts';

interface Needs {
  readonly routing?: Routing;
  readonly channel: string;
}

/** Whom an incident is told; the hours are those of its opening, or of its growing heavier. */
export function routeOf(
  { routing, channel }: Needs,
  incident: Pick<Incident, 'cluster' | 'severity' | 'situation' | 'openedAtMs' | 'heavier'>,
): Route {
  const { cluster, severity, situation } = incident;
  if (routing) return routing.routeOf({ cluster, severity, situation }, calledSinceMs(incident));
  return { channel, mention: [], targets: [], backup: { targets: [], afterMs: Number.POSITIVE_INFINITY }, escalation: [] };
}

/** Since when people are called as its severity asks for. */
export function calledSinceMs({ openedAtMs, heavier }: Pick<Incident, 'openedAtMs' | 'heavier'>): number {
  return heavier?.atMs ?? openedAtMs;
}

/** Who is named in the parent message. */
export function peopleOf(needs: Needs, incident: Incident): readonly string[] {
  return incident.silencedBy ? [] : routeOf(needs, incident).mention;
}
