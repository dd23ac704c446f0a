import { refusal } from '../../src/core/errors.ts';
import type { IncidentLedger } from '../../src/core/incident-ledger.ts';
import type { View } from '../../src/core/view.ts';

const none = async () => [];

/** A view that knows of no incident. */
export const noIncidents: Pick<View, 'incidents' | 'incident' | 'silences'> = {
  ...{ incidents: none, silences: none },
  incident: (name) => Promise.reject(refusal(`there is no incident ${name}`, 'See `/pg incidents`.')),
};

/** A store that keeps none. */
export const noIncidentRecords = {
  openIncidentsOfAll: none,
  recentIncidents: none,
  incident: async () => undefined,
  silences: none,
};

/** A store that keeps nothing that a view reads. */
export const noRecords = {
  ...noIncidentRecords,
  ...{ runs: none, unreadableRuns: none, openIncidents: none, debts: none, openReviews: none, leaderChanges: none },
  ...{ run: async () => undefined, lastLeaderChange: async () => undefined, maintenance: async () => undefined },
};

const never = () => Promise.reject(new Error('not in this fake'));

/** Nothing can be done with incidents. */
export const noIncidentLedger: IncidentLedger = {
  ...{ acknowledge: never, resolve: never, escalate: never, silence: never, silenceIncident: never, unsilence: never },
};
