import type { Clock } from '../core/clock.ts';
import type { PoolerReadings, ResumeTimer } from '../core/pooler.ts';
import { bounded } from './bounded.ts';
import type { ClusterParts } from './parts.ts';

/** Every PgBouncer of a cluster by its console, bounded. */
export async function readPoolers({ poolers = [] }: ClusterParts, clock: Clock): Promise<readonly PoolerReadings[]> {
  return Promise.all(
    poolers.map(async ({ name, databases, read }) => ({
      name,
      databases,
      state: await bounded(clock, `the console of PgBouncer on ${name}`, read),
    })),
  );
}

/** The timers that resume them, bounded. */
export async function readTimers({ poolers = [] }: ClusterParts, unit: string, clock: Clock): Promise<readonly ResumeTimer[]> {
  return Promise.all(
    poolers.map(async ({ name, timer }) => ({
      pooler: name,
      timer: await bounded(clock, `systemd on ${name}`, () => timer(unit)),
    })),
  );
}
