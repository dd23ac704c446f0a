import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
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
    const sql = await view.sql(cluster, member);
    if (!sql.ok) return notYet(`${member} does not answer by SQL: ${sql.why}`);
    const { configLoadedAtMs: now, pendingSettings = [] } = sql.value;
    if (now === undefined) return notYet(`${member} does not tell when it loaded its configuration`);
    if (now <= loadedAtMs)
      return notYet(`${member} has its configuration of ${clockTime(now)}; Patroni reloads it within its next loop`);
    const waits = pendingSettings.length > 0 ? `; ${pendingSettings.join(', ')} waits for a restart` : '';
    return holds(`${member} loaded its configuration at ${clockTime(now)}${waits}`);
  },
});

export const reloadedState = state;

/** pg_conf_load_time of the member is later than at the plan (PostgreSQL docs, functions-info). */
export const reloaded = (cluster: string, member: string, loadedAtMs: number): StateData =>
  build({ cluster, member, loadedAtMs });
