import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { known } from '../core/reading.ts';
import { holds, notYet } from '../core/verdict.ts';
import { clockTime } from './restarted.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'reloaded',
  args: z.object({
    cluster: ClusterName,
    member: MemberName,
    /** pg_conf_load_time at the plan, epoch milliseconds. */
    loadedAtMs: z.number().int().positive(),
  }),
  says: ({ member }) => `${member} has loaded its configuration since the plan`,
  async judge({ cluster, member, loadedAtMs }, view) {
    const [loaded, activity] = await Promise.all([view.configLoadedAt(cluster, member), view.activity(cluster, member)]);
    if (!loaded.ok) return notYet(`${member} does not answer by SQL: ${loaded.why}`);
    const now = loaded.value;
    const pending = known(activity)?.pendingSettings ?? [];
    if (now <= loadedAtMs)
      return notYet(`${member} has its configuration of ${clockTime(now)}; Patroni reloads it within its next loop`);
    const waits = pending.length > 0 ? `; waits for a restart: ${pending.join(', ')}` : '';
    return holds(`${member} loaded its configuration at ${clockTime(now)}${waits}`);
  },
});

export const reloadedState = state;

/** pg_conf_load_time of the member is later than at the plan (PostgreSQL docs, functions-info). */
export const reloaded = (cluster: string, member: string, loadedAtMs: number): StateData =>
  build({ cluster, member, loadedAtMs });
