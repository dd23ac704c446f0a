import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName });

const { state, build } = defineState({
  name: 'data-gone',
  args: Args,
  says: ({ member }) => `the old data directory of ${member} is not there any more`,
  async judge({ cluster, member }, view) {
    const host = await view.standbys.host(cluster, member);
    if (!host.ok) return notYet(`${member} can not be asked: ${host.why}`);
    const { dataDirectory } = host.value.places;
    const kind = host.value.paths[dataDirectory]?.kind;
    const isGone = kind === 'absent' || kind === 'empty';
    return isGone
      ? holds(`${dataDirectory} on ${member} holds nothing`)
      : notYet(`${dataDirectory} on ${member} holds something`);
  },
});

export const dataGoneState = state;

/** Nothing is in the data directory of a member. */
export const dataGone = (args: z.input<typeof Args>): StateData => build(args);
