import type { Incident } from '../core/incident.ts';
import { incidentName } from '../core/incident-name.ts';
import type { Button, Part } from '../core/message.ts';
import { acknowledgedBy } from './apply-act.ts';
import { offersOf } from './offers.ts';

const MOST_OFFERS = 4;

/** What people can do with an open incident, and the commands that help; each carries the incident's name and no more. */
export function incidentButtons(incident: Incident): readonly Part[] {
  if (incident.resolvedAtMs !== undefined) return [];
  const value = incidentName(incident.id);
  const acts: readonly Button[] = [
    ...(acknowledgedBy(incident) ? [] : [{ label: 'Acknowledge', action: 'incident-ack', value, style: 'primary' as const }]),
    ...(incident.silencedBy ? [] : [{ label: 'Silence 1 h', action: 'incident-silence', value }]),
    { label: 'Escalate', action: 'incident-escalate', value, confirm: ESCALATE },
    { label: 'Resolve', action: 'incident-resolve', value },
  ];
  const offers = offersOf(incident)
    .slice(0, MOST_OFFERS)
    .map(
      ({ number, command }): Button => ({
        ...{ label: `/pg ${command}`, action: 'incident-offer', value: `${value}:${number}` },
        confirm: { title: 'Type this for you?', text: `/pg ${command}`, ok: 'Yes' },
      }),
    );
  return [{ buttons: acts }, ...(offers.length > 0 ? [{ buttons: offers }] : [])];
}

const ESCALATE = { title: 'Call the next in line?', text: 'The next step of the escalation is taken at once.', ok: 'Call' };
