import type { ClusterParts } from '../clusters/parts.ts';
import type { ClusterConfig } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import { createHostReads } from '../hosts/host-reads.ts';
import type { SshPool } from '../hosts/ssh-pool.ts';
import { proxyHostsWithSsh } from './ssh-pool-of.ts';

/** The HAProxies of a cluster whose configuration file can be read over ssh, for what it says of sessions. */
export function lingeringOf(cluster: ClusterConfig, ssh: SshPool, clock: Clock): ClusterParts['lingering'] {
  const reads = createHostReads({ ssh, layouts: new Map(), clock });
  const backend = cluster.haproxy?.primaryBackend ?? '';
  return proxyHostsWithSsh(cluster).map(({ name }) => ({ proxy: name, read: () => reads.lingering(name, backend) }));
}
