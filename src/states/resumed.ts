import { z } from 'zod';
import type { Snapshot } from '../core/cluster.ts';
import { ClusterName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { byPause, notAsked } from './paused.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'resumed',
  args: z.object({ cluster: ClusterName }),
  says: ({ cluster }) => `no member of ${cluster} that answers is paused`,
  judge: async ({ cluster }, view) => judgeResumed(await view.snapshot(cluster)),
});

export const resumedState = state;

/** The pause is gone from the DCS and at every member that answers. */
export const resumed = (cluster: string): StateData => build({ cluster });

/** Pure part. */
export function judgeResumed({ cluster, dcs, members }: Pick<Snapshot, 'cluster' | 'dcs' | 'members'>): Verdict {
  if (!dcs.ok) return notYet(`the DCS cannot be read: ${dcs.why}`);
  if (dcs.value.config.paused) return notYet(`Patroni of ${cluster.name} is still paused in the DCS`);
  const { told, silent, other } = byPause(members, false);
  if (other.length > 0) return notYet(`${other.join(' and ')} still ${other.length === 1 ? 'says' : 'say'} paused`);
  if (told.length === 0) return notYet(`no Patroni of ${cluster.name} answers, so nothing shows that it goes on`);
  return holds(`Patroni of ${cluster.name} is not paused, by the DCS and by ${told.join(', ')}${notAsked(silent)}`);
}
