import { z } from 'zod';
import { DRAINED, drainDebtId, drainTagsOf, sameTags } from '../core/drain-tags.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet } from '../core/verdict.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'kept-drained',
  args: z.object({ cluster: ClusterName, member: MemberName }),
  says: ({ member }) => `${member} is drained, with an owner and an end from now on`,
  async judge({ cluster, member }, view, sinceMs) {
    const [{ patroni }, debts] = await Promise.all([view.member(cluster, member), view.debts(cluster)]);
    if (!patroni.ok) return notYet(`Patroni on ${member} does not answer: ${patroni.why}`);
    if (!sameTags(drainTagsOf(patroni.value.tags), DRAINED)) return notYet(`${member} is not drained any more`);
    const isKept = debts.some(({ id, sinceMs: at }) => id === drainDebtId(cluster, member) && at >= sinceMs);
    return isKept ? holds(`${member} stays drained`) : notYet(`${member} is drained, but nobody has taken that on yet`);
  },
});

export const keptDrainedState = state;

/** A drained member whose drain has been given a new owner and end since the step began. */
export const keptDrained = (cluster: string, member: string): StateData => build({ cluster, member });
