import type { Clock } from '../core/clock.ts';
import type { Reading } from '../core/reading.ts';
import type { RestReach } from '../core/rest-reach.ts';
import { bounded, notRead } from './bounded.ts';
import type { ClusterParts } from './parts.ts';

/** Whether the host of one member gets to Patroni on another, bounded. */
export async function readReach(
  { hosts }: ClusterParts,
  { from, to }: { readonly from: string; readonly to: string },
  clock: Clock,
): Promise<Reading<RestReach>> {
  const source = `curl on ${from}`;
  if (!hosts?.reach) return notRead(clock, source, 'no ssh is configured');
  const { reach } = hosts;
  return bounded(clock, source, () => reach(from, to));
}
