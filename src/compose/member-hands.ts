import type { MemberHands } from '../acts/member-hands.ts';
import type { Secrets } from '../config/secrets.ts';
import { refusal } from '../core/errors.ts';
import { createMemberWrites, type MemberWrites } from '../patroni/member-writes.ts';
import type { ClusterSources } from './cluster-sources.ts';
import { patroniChanges, restEndpoints } from './patroni-access.ts';

/** The hands that ask one member's Patroni, with the credentials that write. */
export function memberHands(clusters: readonly ClusterSources[], secrets: Secrets): MemberHands & { close(): void } {
  const writes = new Map(clusters.map(({ config }) => [config.name, writesOf(config, secrets)]));
  const of = (cluster: string): MemberWrites => {
    const found = writes.get(cluster);
    if (found) return found;
    throw refusal(`there is no cluster ${cluster}`, 'It was taken out of the configuration.');
  };
  return {
    restart: async (cluster, { member, ...asked }, signal) => of(cluster).restart(member, asked, signal),
    reload: async (cluster, member, signal) => of(cluster).reload(member, signal),
    reinitialize: async (cluster, { member, force }, signal) => of(cluster).reinitialize(member, { force }, signal),
    close() {
      for (const each of writes.values()) each.close();
    },
  };
}

function writesOf(cluster: ClusterSources['config'], secrets: Secrets): MemberWrites {
  return createMemberWrites({ members: restEndpoints(cluster), ...patroniChanges(cluster, secrets) });
}
