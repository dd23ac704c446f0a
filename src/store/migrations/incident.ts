import { Incident } from '../../core/incident.ts';
import type { RecordKind } from './record-kind.ts';

/** Incidents; there has been one version. */
export const incidentRecord: RecordKind<Incident> = {
  name: 'incident',
  version: 1,
  steps: [(old) => ({ ...old, version: 1 })],
  schema: Incident,
};
