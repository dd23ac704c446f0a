import type { Incident } from '../core/incident.ts';

/** There is something to find out about its leader: until all members stream from the new one. */
export function goesOn({ resolvedAtMs, membersBackAtMs }: Incident): boolean {
  return resolvedAtMs === undefined && membersBackAtMs === undefined;
}
