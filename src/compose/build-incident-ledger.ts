import { createIncidentLedger } from '../alerts/incident-ledger.ts';
import type { IncidentLedgerNeeds } from '../alerts/incident-ledger-needs.ts';
import type { Config } from '../config/schema.ts';
import type { IncidentLedger } from '../core/incident-ledger.ts';
import type { StoreParts } from './build-store.ts';

interface Needs {
  readonly config: Config;
  readonly stored: Pick<StoreParts, 'incidents' | 'acts' | 'silences' | 'guard'>;
  readonly gate: IncidentLedgerNeeds['gate'];
  readonly audit: IncidentLedgerNeeds['audit'];
  readonly clock: IncidentLedgerNeeds['clock'];
}

/** What people do with incidents, for those who may ask for changes of the cluster. */
export function buildIncidentLedger({ config, stored, ...rest }: Needs): IncidentLedger {
  const { incidents, acts, silences, guard } = stored;
  const etcds = config.clusters.flatMap(({ name, mode, etcd }) =>
    mode === 'patroni' && etcd ? [{ name, of: `etcd ${etcd}` }] : [],
  );
  return createIncidentLedger({
    ...{ ...rest, acts, silences },
    incidents: {
      async named(name) {
        guard.mustBeGood();
        return incidents.named(name);
      },
      recent: (limit) => incidents.recent(limit),
    },
    clustersOf(of) {
      const hanging = etcds.filter((one) => one.of === of).map(({ name }) => name);
      return hanging.length > 0 ? hanging : [of];
    },
    etcdOf: (cluster) => etcds.find(({ name }) => name === cluster)?.of,
  });
}
