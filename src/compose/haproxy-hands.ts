import type { Hands } from '../acts/hands.ts';
import { createHaproxyHost } from '../hosts/haproxy-host.ts';
import type { SshPool } from '../hosts/ssh-pool.ts';
import type { ClusterSources } from './cluster-sources.ts';
import { haproxySockets } from './haproxy-sockets.ts';

/** How acts tell them. */
export function haproxyHands(clusters: readonly ClusterSources[], sshOf: (cluster: string) => SshPool): Hands['proxies'] {
  return {
    async lead(cluster, { leader, old }, signal) {
      const config = clusters.find((one) => one.config.name === cluster)?.config;
      const sockets = config ? haproxySockets(config) : [];
      await Promise.all(sockets.map(({ name, ...at }) => createHaproxyHost(sshOf(cluster), name, at).lead(leader, old, signal)));
      return sockets.map(({ name }) => name);
    },
  };
}
