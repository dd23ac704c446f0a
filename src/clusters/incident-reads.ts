import { didYouMean } from '../core/did-you-mean.ts';
import { refusal } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import { incidentName } from '../core/incident-name.ts';
import type { Silence } from '../core/silence.ts';
import type { View } from '../core/view.ts';
import type { ClusterParts } from './parts.ts';
import { partsOf } from './seen-parts.ts';

/** What is kept of incidents and silences. */
interface Kept {
  openIncidentsOfAll(): Promise<readonly Incident[]>;
  recentIncidents(limit: number): Promise<readonly Incident[]>;
  incident(name: string): Promise<Incident | undefined>;
  silences(): Promise<readonly Silence[]>;
}

const MOST_LOOKED_THROUGH = 200;

/** The incidents and silences of the clusters in `seen` and of the etcds that they hang on. */
export function incidentReads(seen: readonly ClusterParts[], kept: Kept): Pick<View, 'incidents' | 'incident' | 'silences'> {
  const isOf = (parts: readonly ClusterParts[]) => {
    const names = new Set(parts.flatMap(({ info, etcdName }) => [info.name, ...(etcdName ? [`etcd ${etcdName}`] : [])]));
    return ({ cluster }: { readonly cluster: string }) => names.has(cluster);
  };
  const recent = async () => (await kept.recentIncidents(MOST_LOOKED_THROUGH)).filter(isOf(seen));
  return {
    async incidents({ cluster, resolved, limit }) {
      const belongs = isOf(cluster === undefined ? seen : [partsOf(seen, cluster)]);
      const open = (await kept.openIncidentsOfAll()).filter(belongs).toSorted((a, b) => b.openedAtMs - a.openedAtMs);
      const over = resolved ? (await recent()).filter(belongs).filter(({ resolvedAtMs }) => resolvedAtMs !== undefined) : [];
      return [...open, ...over].slice(0, limit);
    },
    async incident(name) {
      const found = await kept.incident(name);
      if (found && isOf(seen)(found)) return found;
      const near = didYouMean(
        name,
        (await recent()).map(({ id }) => incidentName(id)),
      );
      throw refusal(`there is no incident ${name}`, near ? `Did you mean ${near}?` : 'List them with `/pg incidents --all`.');
    },
    silences: async () => (await kept.silences()).filter(isOf(seen)),
  };
}
