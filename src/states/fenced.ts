import { z } from 'zod';
import { fencedByRouting, fencedByUnits } from '../core/fence.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName, by: z.enum(['units', 'routing', 'word']) });

const { state, build } = defineState({
  name: 'fenced',
  args: Args,
  says: ({ member, by }) =>
    ({
      units: `the services of ${member} are stopped and do not start at boot`,
      routing: `no proxy sends anybody to ${member}, and the VIP is elsewhere`,
      word: `a person has stated that ${member} is powered off`,
    })[by],
  async judge({ cluster, member, by }, view) {
    if (by === 'word') return holds(`a person has stated that ${member} is powered off`);
    const found =
      by === 'units'
        ? fencedByUnits(member, await view.server(cluster, member))
        : fencedByRouting(member, await view.snapshot(cluster));
    return found.holds ? holds(found.says) : notYet(found.says);
  },
});

export const fencedState = state;

/** The evidence that keeps an old leader from taking writes again still holds; what a person stated is not judged again. */
export const fenced = (args: z.input<typeof Args>): StateData => build(args);
