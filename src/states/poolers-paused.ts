import { z } from 'zod';
import { ClusterName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { PoolerReadings } from '../core/pooler.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'poolers-paused',
  args: z.object({ cluster: ClusterName }),
  says: () => 'every PgBouncer is paused',
  judge: async ({ cluster }, view) => judgePaused(await view.poolers(cluster)),
});

export const poolersPausedState = state;

/** Every database of every PgBouncer is paused, by SHOW DATABASES. */
export const poolersPaused = (cluster: string): StateData => build({ cluster });

/** Pure part. A database of `*` that no client uses is not listed, and has nobody to wait. */
export function judgePaused(poolers: readonly PoolerReadings[]): Verdict {
  for (const { name, databases, state: reading } of poolers) {
    if (!reading.ok) return notYet(`PgBouncer on ${name} can not be read: ${reading.why}`);
    const flowing = reading.value.databases.filter((one) => databases.includes(one.name) && !one.paused);
    if (flowing.length > 0) return notYet(`${flowing.map((one) => one.name).join(', ')} on ${name} is not paused`);
  }
  return holds(`${poolers.map(({ name }) => name).join(' and ')} hold their clients back`);
}
