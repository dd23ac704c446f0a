import type { Hands } from '../acts/hands.ts';
import type { ClusterConfig } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import { refusal } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { Reading } from '../core/reading.ts';
import { createPatroniWrites, type PatroniWrites } from '../patroni/patroni-writes.ts';
import type { ClusterSources } from './cluster-sources.ts';
import { patroniChanges, restEndpoints } from './patroni-access.ts';
import { restHands } from './rest-hands.ts';

/** What acts ask of Patroni as the leader's keeper, with the password that its REST API wants for changes. */
export function patroniHands(clusters: readonly ClusterSources[], secrets: Secrets): Hands['patroni'] & { close(): void } {
  const patroni = new Map(clusters.map(({ config }) => [config.name, writesOf(config, secrets)]));
  const writesTo = (cluster: string): PatroniWrites => {
    const writes = patroni.get(cluster);
    if (writes) return writes;
    throw refusal(`there is no cluster ${cluster}`, 'It was taken out of the configuration.');
  };
  return {
    switchover: async (cluster, { leader, candidate }, signal) => writesTo(cluster).switchover({ leader, candidate, signal }),
    failover: async (cluster, { candidate }, signal) => writesTo(cluster).failover({ candidate, signal }),
    rest: restHands(
      (cluster) => writesTo(cluster).rest,
      (cluster) => configOf(clusters, cluster),
    ),
    close() {
      for (const writes of patroni.values()) writes.close();
    },
  };
}

/** @throws Refusal where there is no DCS to ask. */
async function configOf(clusters: readonly ClusterSources[], cluster: string): Promise<Reading<JsonObject>> {
  const etcd = clusters.find(({ config }) => config.name === cluster)?.parts.etcd;
  if (etcd) return etcd.config();
  throw refusal(`${cluster} has no etcd configured`, 'Add etcd to the cluster in the configuration.');
}

function writesOf(cluster: ClusterConfig, secrets: Secrets): PatroniWrites {
  return createPatroniWrites({ members: restEndpoints(cluster), ...patroniChanges(cluster, secrets) });
}
