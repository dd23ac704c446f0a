import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet } from '../core/verdict.ts';
import { clockTime } from './restarted.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'as-planned',
  args: z.object({
    cluster: ClusterName,
    member: MemberName,
    /** Start of its postmaster at the plan; absent: it did not answer by SQL then. */
    startedAtMs: z.number().int().positive().exactOptional(),
  }),
  says: ({ member, startedAtMs }) =>
    startedAtMs === undefined ? `${member} does not answer by SQL` : `${member} runs since ${clockTime(startedAtMs)}`,
  async judge({ cluster, member, startedAtMs }, view) {
    const sql = await view.sql(cluster, member);
    if (startedAtMs === undefined)
      return sql.ok
        ? notYet(`${member} answers by SQL again: it came back by itself`)
        : holds(`${member} does not answer by SQL`);
    if (!sql.ok) return notYet(`${member} does not answer by SQL: ${sql.why}`);
    const now = sql.value.postmasterStartedAtMs;
    return now === startedAtMs
      ? holds(`${member} runs since ${clockTime(now)}`)
      : notYet(`${member} runs since ${clockTime(now)}: it was restarted after the plan`);
  },
});

export const asPlannedState = state;

/** The member still runs since the moment that the plan saw: nobody else restarted it, and it did not come back by itself. */
export const asPlanned = (cluster: string, member: string, startedAtMs?: number): StateData =>
  build({ cluster, member, ...(startedAtMs === undefined ? {} : { startedAtMs }) });
