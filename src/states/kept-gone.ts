import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName, suffix: z.string() });

const { state, build } = defineState({
  name: 'kept-gone',
  args: Args,
  says: ({ member, suffix }) => `.${suffix} on ${member} is deleted`,
  async judge({ cluster, member, suffix }, view) {
    const kept = await view.kept(cluster, member);
    if (!kept.ok) return notYet(`what is kept on ${member} can not be read: ${kept.why}`);
    const found = kept.value.find((one) => one.suffix === suffix);
    return found ? notYet(`${found.path} on ${member} is still there`) : holds(`.${suffix} on ${member} is deleted`);
  },
});

export const keptGoneState = state;

/** Nothing of that name is kept on a member's host any more. */
export const keptGone = (cluster: string, member: string, suffix: string): StateData => build({ cluster, member, suffix });
