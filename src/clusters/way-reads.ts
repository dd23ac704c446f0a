import type { Clock } from '../core/clock.ts';
import type { View } from '../core/view.ts';
import { bounded, notRead } from './bounded.ts';
import type { ClusterParts } from './parts.ts';

/** What is asked over ssh of the ways between hosts: from the leader to a candidate, from clients through HAProxy. Each is bounded. */
export function wayReads(partsOf: (cluster: string) => ClusterParts, clock: Clock): Pick<View, 'reach' | 'lingering'> {
  return {
    async reach(cluster, from, to) {
      const { hosts } = partsOf(cluster);
      const source = `curl on ${from}`;
      if (!hosts?.reach) return notRead(clock, source, 'no ssh is configured');
      const { reach } = hosts;
      return bounded(clock, source, () => reach(from, to));
    },
    async lingering(cluster) {
      const { lingering = [] } = partsOf(cluster);
      return Promise.all(
        lingering.map(async ({ proxy, read }) => ({ proxy, servers: await bounded(clock, `haproxy.cfg on ${proxy}`, read) })),
      );
    },
  };
}
