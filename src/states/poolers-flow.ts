import { z } from 'zod';
import { ClusterName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { PoolerReadings } from '../core/pooler.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'poolers-flow',
  args: z.object({ cluster: ClusterName }),
  says: () => 'no PgBouncer is paused',
  judge: async ({ cluster }, view) => judgeFlow(await view.poolers(cluster)),
});

export const poolersFlowState = state;

/** No database of any PgBouncer is paused, by SHOW DATABASES. */
export const poolersFlow = (cluster: string): StateData => build({ cluster });

/** Pure part. */
export function judgeFlow(poolers: readonly PoolerReadings[]): Verdict {
  for (const { name, databases, state: reading } of poolers) {
    if (!reading.ok) return notYet(`PgBouncer on ${name} can not be read: ${reading.why}`);
    const paused = reading.value.databases.filter((one) => databases.includes(one.name) && one.paused);
    if (paused.length > 0) return notYet(`${paused.map((one) => one.name).join(', ')} on ${name} is still paused`);
  }
  return holds(
    poolers.length === 0 ? 'there is no PgBouncer' : `${poolers.map(({ name }) => name).join(' and ')} serve their clients`,
  );
}
