import { z } from 'zod';
import { refusal } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const { act, build } = defineAct({
  name: 'unpause',
  args: z.object({ cluster: ClusterName, members: z.array(MemberName).min(1) }),
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, members }, hands, { signal }) {
    const said: string[] = [];
    for (const member of members) {
      const { meaning, text } = await hands.patroni.rest.patchConfig(cluster, member, { pause: null }, signal);
      if (meaning === 'done') return { performed: true, says: `Patroni of ${cluster} is told to go on, through ${member}` };
      said.push(`${member}: ${text}`);
    }
    throw refusal(
      `no member of ${cluster} took the end of the pause: ${said.join('; ')}`,
      'See to Patroni there; it is tried again.',
    );
  },
});

export const unpauseAct = act;

/** Takes away a pause that a run left behind when it was cancelled, halted or given up, through whichever member answers. */
export const unpause = (cluster: string, members: readonly string[]): ActData<'harmless'> =>
  build({ cluster, members: [...members] });
