import type { Incident } from '../core/incident.ts';
import type { Route, Routing } from './ports.ts';

interface Needs {
  readonly routing?: Routing;
  readonly channel: string;
}

/** Whom an incident is told; the hours are those of its opening. */
export function routeOf(
  { routing, channel }: Needs,
  { cluster, severity, situation, openedAtMs }: Pick<Incident, 'cluster' | 'severity' | 'situation' | 'openedAtMs'>,
): Route {
  if (routing) return routing.routeOf({ cluster, severity, situation }, openedAtMs);
  return { channel, mention: [], targets: [], backup: { targets: [], afterMs: Number.POSITIVE_INFINITY }, escalation: [] };
}

/** Who is named in the parent message. */
export function peopleOf(needs: Needs, incident: Incident): readonly string[] {
  return incident.silencedBy ? [] : routeOf(needs, incident).mention;
}
