import { Incident } from '../../core/incident.ts';
import type { OldRecord, RecordKind } from './record-kind.ts';

const SITUATIONS: Readonly<Record<string, string>> = {
  planned: 'switchover',
  crash: 'failover',
  released: 'leader-released',
  blip: 'leader-blip',
};

/** Incidents. Version 2 has a situation, a severity, conditions, a written timeline and what people did. */
export const incidentRecord: RecordKind<Incident> = {
  name: 'incident',
  version: 2,
  steps: [(old) => ({ ...old, version: 1 }), second],
  schema: Incident,
};

/** Version 1 knew leader changes alone. */
function second(old: OldRecord): OldRecord {
  const situation = SITUATIONS[String(old.cause)] ?? 'failover';
  const severity = old.cause === 'planned' || old.cause === 'blip' ? 'info' : 'critical';
  const none = { conditions: {}, timeline: [], affects: [], acts: [], escalations: [] };
  return { ...none, ...old, version: 2, situation, severity };
}
