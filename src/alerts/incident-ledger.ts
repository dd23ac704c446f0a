import { refusal } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import type { IncidentAct } from '../core/incident-act.ts';
import type { IncidentLedger } from '../core/incident-ledger.ts';
import type { Asker } from '../core/person.ts';
import { acknowledgedBy, doer } from './apply-act.ts';
import { openConditions } from './fold-condition.ts';
import { answer, audited, factsOf, given } from './incident-deed.ts';
import type { IncidentLedgerNeeds } from './incident-ledger-needs.ts';
import { openIncident } from './open-incident.ts';
import { ownPlace, silence, unsilence } from './silence-deeds.ts';

/** Acts are kept beside the incident; whoever owns it folds them in within about a second. Refusals are audited too. */
export function createIncidentLedger(needs: IncidentLedgerNeeds): IncidentLedger {
  const act = (name: string, by: Asker, what: IncidentAct['act'], make: (incident: Incident) => Made) =>
    audited(needs, by, { what: `incident.${what}`, about: name }, async (told) => {
      const incident = await openIncident(needs, name, by);
      told.cluster = incident.cluster;
      const { act: made, says } = make(incident);
      await needs.acts.add(incident.id, made, factsOf(by, told, { result: 'kept', atMs: needs.clock.now() }));
      return answer(says);
    });
  const common = ({ userId, userName }: Asker) => ({
    ...{ by: userId, atMs: needs.clock.now() },
    ...(userName === '' ? {} : { name: userName }),
  });
  return {
    acknowledge: (name, by, note) =>
      act(name, by, 'acknowledge', (incident) => {
        const taken = acknowledgedBy(incident);
        if (taken)
          throw refusal(
            `${name} is acknowledged already, by ${doer(taken)}`,
            `There is nothing to do; \`/pg incident ${name}\` shows all of it.`,
          );
        const says = `Acknowledged: ${incident.cluster}, ${incident.says}`;
        return { act: { act: 'acknowledge', ...common(by), ...noteOf(note) }, says };
      }),
    resolve: (name, by, reason) =>
      act(name, by, 'resolve', (incident) => {
        const lasting = openConditions(incident).length;
        const still = lasting === 0 ? '' : `; ${lasting} of its conditions still last and are told again only after they cleared`;
        return { act: { act: 'resolve', ...common(by), reason: given(reason) }, says: `Resolved: ${incident.cluster}${still}` };
      }),
    escalate: (name, by, note) =>
      act(name, by, 'escalate', (incident) => {
        const says = `Escalating: ${incident.cluster}. The thread of the incident says whom it went to`;
        return { act: { act: 'escalate', ...common(by), ...noteOf(note) }, says };
      }),
    silence: (terms, by) => silence(needs, ownPlace(needs, terms), by),
    async silenceIncident(name, by, terms) {
      const { cluster, situation, conditions } = await openIncident(needs, name, by);
      const about = Object.values(conditions).find((one) => one.situation === situation)?.about;
      return silence(needs, { ...terms, cluster, situation, ...(about === undefined ? {} : { about }) }, by);
    },
    unsilence: (id, by) => unsilence(needs, id, by),
  };
}

interface Made {
  readonly act: IncidentAct;
  readonly says: string;
}

function noteOf(note: string | undefined): { readonly note?: string } {
  return note === undefined ? {} : { note };
}
