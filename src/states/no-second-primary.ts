import { z } from 'zod';
import type { SqlMember } from '../core/cluster.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import type { Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { readRoles } from './roles.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  /** The primary that was lost. */
  member: MemberName,
  /** That it led. */
  timeline: z.number().int().positive(),
});
type Args = z.output<typeof Args>;

const { state, build } = defineState({
  name: 'no-second-primary',
  args: Args,
  says: ({ member }) => `${member} can not come back as a second primary`,
  async judge(args, view) {
    const { cluster, member } = args;
    if (!view.cluster(cluster).members.some(({ name }) => name === member))
      return holds(`${member} is in the configuration no more`);
    const [roles, server] = await Promise.all([readRoles(view, cluster), view.server(cluster, member)]);
    return judgeSecond(args, roles.sql, server);
  },
});

export const noSecondPrimaryState = state;

/** A primary that was replaced without it being fenced is a standby by now, or a start would make one of it; or nobody replaced it. */
export const noSecondPrimary = (args: z.input<typeof Args>): StateData => build(args);

/** Pure part. Its reasons name nothing that moves, so that people are told once of each. */
export function judgeSecond(
  { cluster, member, timeline }: Args,
  sql: ReadonlyMap<string, Reading<SqlMember>>,
  server: Reading<Server>,
): Verdict {
  const heir = [...sql].find(
    ([name, one]) => name !== member && one.ok && !one.value.inRecovery && one.value.timeline > timeline,
  );
  const silent = [...sql].filter(([name, one]) => name !== member && !one.ok).map(([name]) => name);
  if (!heir)
    return silent.length > 0
      ? notYet(`who leads in the place of ${member} is not known, as ${silent.join(' and ')} did not answer by SQL`)
      : holds(`nobody leads in the place of ${member}`);
  const own = sql.get(member);
  const rebuild = `\`/pg rebuild ${cluster} ${member}\` makes a standby of it`;
  if (own?.ok && !own.value.inRecovery)
    return notYet(`${member} came back and takes writes beside ${heir[0]}: two primaries. Keep clients off it; ${rebuild}`);
  if (own?.ok) return holds(`${member} is a standby`);
  if (!server.ok) return notYet(`its host does not answer; when it is back, PostgreSQL starts there as a primary: ${rebuild}`);
  // Who runs already takes no notice of a standby.signal until its next start.
  if (server.value.process === 'running' && server.value.control?.state === 'in production')
    return notYet(
      `PostgreSQL runs on ${member} as a primary beside ${heir[0]} and does not answer by SQL. Keep clients off it; ${rebuild}`,
    );
  if (server.value.standbySignal === true) return holds(`there is a standby.signal on ${member}, so a start makes a standby`);
  return notYet(`the host of ${member} is back, and a start of PostgreSQL there makes a second primary: ${rebuild}`);
}
