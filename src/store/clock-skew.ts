import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { unreachable } from '../core/errors.ts';
import { isCluster } from './is-cluster.ts';
import type { Client } from './client.ts';
import { reach } from './reach.ts';

const Time = z.tuple([z.coerce.number(), z.coerce.number()]);

/** So far this machine's clock may be from that of Redis, in milliseconds: expiry and schedules are compared by both. */
export const MAX_SKEW_MS = 2000;

/**
 * Compares this machine's clock with the server's, by the middle of the question; half of its duration counts as unknown.
 * @throws Unreachable that says how far they are apart.
 */
export async function checkClock(redis: Client, clock: Pick<Clock, 'now'>): Promise<void> {
  const server = isCluster(redis) ? redis.nodes('master')[0] : redis;
  if (!server) return;
  const before = clock.now();
  const [seconds, micros] = Time.parse(await reach(server.time()));
  const after = clock.now();
  const skewMs = (before + after) / 2 - (seconds * 1000 + micros / 1000);
  if (Math.abs(skewMs) - (after - before) / 2 <= MAX_SKEW_MS) return;
  const apart = `${(Math.abs(skewMs) / 1000).toFixed(1)} s ${skewMs > 0 ? 'ahead of' : 'behind'}`;
  throw unreachable(
    `the clock of this machine is ${apart} the clock of Redis, so what has expired can not be told`,
    'Mend the time service (chrony, systemd-timesyncd) of both machines; Trunkline goes on by itself.',
  );
}
