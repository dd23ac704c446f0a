import { z } from 'zod';
import type { SqlMember } from '../core/cluster.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { readRoles } from './roles.ts';
import { defineState } from './state.ts';

const { state } = defineState({
  name: 'fence-lifted',
  args: z.object({
    cluster: ClusterName,
    member: MemberName,
    /** Of the primary that was fenced. */
    timeline: z.number().int().positive(),
  }),
  says: ({ member }) => `${member} is fenced no more, or another member leads in its place`,
  async judge({ cluster, member, timeline }, view) {
    const [roles, server] = await Promise.all([readRoles(view, cluster), view.server(cluster, member)]);
    return judgeLifted({ member, timeline }, roles.sql, server);
  },
});

/** A fence is no debt once somebody was promoted: then it is what keeps the old primary from being a second one. */
export const fenceLiftedState = state;

/** Pure part. */
export function judgeLifted(
  { member, timeline }: { readonly member: string; readonly timeline: number },
  sql: ReadonlyMap<string, Reading<SqlMember>>,
  server: Reading<Server>,
): Verdict {
  for (const [name, one] of sql)
    if (name !== member && one.ok && !one.value.inRecovery && one.value.timeline > timeline)
      return holds(`${name} leads on timeline ${one.value.timeline}, so ${member} is meant to be fenced`);
  if (!server.ok) return notYet(`${member} can not be asked: ${server.why}`);
  const { process, postgres, standbySignal } = server.value;
  if (postgres.enabled.startsWith('masked')) return notYet(`the unit of PostgreSQL on ${member} is masked`);
  if (standbySignal === true || (process !== 'running' && standbySignal === undefined))
    return notYet(`there is a standby.signal on ${member}, or that could not be seen, so a start makes a standby`);
  return holds(`the unit of PostgreSQL on ${member} is ${postgres.enabled || 'not there'}, and no standby.signal keeps it down`);
}
