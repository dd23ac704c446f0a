import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import { ownBranch } from '../core/own-branch.ts';
import type { StateData } from '../core/plan.ts';
import { known } from '../core/reading.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { currentPrimary, readRoles, type Roles } from './roles.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'holds-nothing',
  args: z.object({ cluster: ClusterName, member: MemberName }),
  says: ({ member }) => `${member} holds nothing that the leader lacks`,
  async judge({ cluster, member }, view) {
    const [roles, { patroni }] = await Promise.all([readRoles(view, cluster), view.member(cluster, member)]);
    return judgeHoldsNothing(member, roles, known(patroni)?.timeline);
  },
});

export const holdsNothingState = state;

/** Same system identifier, and the end of the member's WAL lies on the leader's branch: discarding it loses nothing. */
export const holdsNothing = (cluster: string, member: string): StateData => build({ cluster, member });

/** Pure part; `replays`: the timeline that the member replays, by Patroni. */
export function judgeHoldsNothing(member: string, roles: Roles, replays: number | undefined): Verdict {
  const primary = currentPrimary(roles);
  if ('why' in primary) return notYet(primary.why);
  if (primary.name === member) return notYet(`${member} leads: it holds everything`);
  const sql = roles.sql.get(member);
  if (!sql?.ok) return notYet(`what ${member} holds cannot be read: ${sql?.why ?? 'it is not in the configuration'}`);
  if (!sql.value.inRecovery) return notYet(`${member} is out of recovery: it takes writes that the leader lacks`);
  // The leader was read at the same time, so a replica that is ahead by what is on its way is asked again.
  const { kind, says } = ownBranch({ member, sql: sql.value, replays }, primary, roles.dcs.ok ? roles.dcs.value.history : []);
  return kind === 'none' ? holds(says) : notYet(says);
}
