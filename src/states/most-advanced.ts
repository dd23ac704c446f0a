import { z } from 'zod';
import type { MemberReadings } from '../core/cluster.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { formatBytes } from '../core/units.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'most-advanced',
  args: z.object({ cluster: ClusterName, member: MemberName }),
  says: ({ member }) => `${member} is a standby that has received as much as any other that answers`,
  judge: async ({ cluster, member }, view) => judgeAdvanced(member, (await view.snapshot(cluster)).members),
});

export const mostAdvancedState = state;

/** The member is in recovery, and no other standby that answers has received or replayed more. */
export const mostAdvanced = (cluster: string, member: string): StateData => build({ cluster, member });

/** Pure part. */
export function judgeAdvanced(member: string, members: readonly MemberReadings[]): Verdict {
  const own = members.find(({ name }) => name === member);
  if (!own?.sql.ok) return notYet(`${member} does not answer by SQL: ${own?.sql.ok === false ? own.sql.why : 'no such member'}`);
  if (!own.sql.value.inRecovery) return notYet(`${member} is out of recovery`);
  const mine = upTo(own);
  for (const other of members) {
    const more = upTo(other) - mine;
    if (other.sql.ok && other.sql.value.inRecovery && more > 0)
      return notYet(`${other.name} has received ${formatBytes(more)} more than ${member}`);
  }
  return holds(`no standby that answers has received more than ${member}`);
}

function upTo({ sql }: MemberReadings): number {
  return sql.ok ? Math.max(sql.value.receiveLsn ?? 0, sql.value.replayLsn ?? 0) : 0;
}
