import type { Incident } from '../core/incident.ts';

const MOST = 500;
/** How it began is kept whatever follows. */
const FIRST = 50;

/** The incident with one more line in its written timeline; the same line of the same moment is written once. */
export function noted(incident: Incident, atMs: number, says: string, seen?: string): Incident {
  const { timeline } = incident;
  if (timeline.some((entry) => entry.atMs === atMs && entry.says === says)) return incident;
  const later = timeline.findIndex((entry) => entry.atMs > atMs);
  const at = later === -1 ? timeline.length : later;
  const next = timeline.toSpliced(at, 0, { atMs, says, ...(seen === undefined ? {} : { seen }) });
  return { ...incident, timeline: next.length > MOST ? next.toSpliced(FIRST, next.length - MOST) : next };
}
