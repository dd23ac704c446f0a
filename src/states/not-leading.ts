import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet } from '../core/verdict.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'not-leading',
  args: z.object({ cluster: ClusterName, member: MemberName }),
  says: ({ member }) => `${member} does not lead`,
  async judge({ cluster, member }, view) {
    const [dcs, sql] = await Promise.all([view.dcs(cluster), view.sql(cluster, member)]);
    if (!dcs.ok) return notYet(`the DCS cannot be read: ${dcs.why}`);
    if (dcs.value.leader === member) return notYet(`${member} holds the leader key by now`);
    if (sql.ok && !sql.value.inRecovery) return notYet(`${member} is out of recovery by now`);
    return holds(`${member} does not lead; ${dcs.value.leader ?? 'nobody'} does`);
  },
});

export const notLeadingState = state;

/** The member neither holds the leader key nor is out of recovery. */
export const notLeading = (cluster: string, member: string): StateData => build({ cluster, member });
