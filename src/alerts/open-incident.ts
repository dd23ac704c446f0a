import { didYouMean } from '../core/did-you-mean.ts';
import { refusal, type TrunklineError } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import { IncidentName, incidentName } from '../core/incident-name.ts';
import type { Asker } from '../core/person.ts';
import { admit, may } from './incident-deed.ts';
import type { IncidentLedgerNeeds } from './incident-ledger-needs.ts';

/** The open incident of that name, for somebody who may act on it. @throws Refusal. */
export async function openIncident(needs: IncidentLedgerNeeds, name: string, by: Asker): Promise<Incident> {
  const incident = IncidentName.safeParse(name).success ? await needs.incidents.named(name) : undefined;
  if (!incident || !(await may(needs, by, 'see', incident.cluster))) throw await unknownIncident(needs, name, by);
  await admit(needs, by, 'ask', incident.cluster);
  const { resolvedAtMs, outcome = 'it is over' } = incident;
  if (resolvedAtMs !== undefined) throw refusal(`${name} is resolved: ${outcome}`, 'Nothing is to be done with it any more.');
  return incident;
}

const MOST_ID = 20;
const MOST_RECENT = 100;

async function unknownIncident(needs: IncidentLedgerNeeds, name: string, by: Asker): Promise<TrunklineError> {
  const recent = await needs.incidents.recent(MOST_RECENT);
  const clusters = [...new Set(recent.map(({ cluster }) => cluster))];
  const seen = new Set<string>();
  for (const cluster of clusters) if (await may(needs, by, 'see', cluster)) seen.add(cluster);
  const near = didYouMean(
    name,
    recent.filter(({ cluster }) => seen.has(cluster)).map(({ id }) => incidentName(id)),
  );
  const hint = near ? `Did you mean ${near}?` : 'See `/pg incidents` for those that there are.';
  return refusal(`there is no incident ${name.slice(0, MOST_ID)}`, hint);
}
