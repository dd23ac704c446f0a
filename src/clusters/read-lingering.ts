import type { Clock } from '../core/clock.ts';
import type { Lingering } from '../core/lingering.ts';
import { bounded } from './bounded.ts';
import type { ClusterParts } from './parts.ts';

/** What the configuration files of the HAProxies say of sessions, all asked at once and each bounded. */
export function readLingering({ lingering = [] }: ClusterParts, clock: Clock): Promise<readonly Lingering[]> {
  return Promise.all(
    lingering.map(async ({ proxy, read }) => ({ proxy, servers: await bounded(clock, `haproxy.cfg on ${proxy}`, read) })),
  );
}
