import type { Incident } from '../core/incident.ts';
import type { IncidentAct } from '../core/incident-act.ts';
import { noted } from './timeline.ts';

/** The incident after what a person did with it. Pure. */
export function applyAct(incident: Incident, act: IncidentAct): Incident {
  const acts = [...incident.acts, act];
  return noted({ ...incident, acts }, act.atMs, actWords(act));
}

/** The first who took it up. */
export function acknowledgedBy({ acts }: Incident): Extract<IncidentAct, { act: 'acknowledge' }> | undefined {
  return acts.find((act) => act.act === 'acknowledge');
}

/** Who did it, in words. */
export function doer({ by, name }: IncidentAct): string {
  return name || by;
}

/** A clause for the timeline. */
export function actWords(act: IncidentAct): string {
  const note = 'note' in act && act.note ? `: ${act.note}` : '';
  if (act.act === 'acknowledge') return `acknowledged by ${doer(act)}${note}`;
  if (act.act === 'resolve') return `resolved by ${doer(act)}: ${act.reason}`;
  if (act.act === 'escalate') return `escalation asked for by ${doer(act)}${note}`;
  return `${doer(act)} notes${note}`;
}
