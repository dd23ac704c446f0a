import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const { act, build } = defineAct({
  name: 'forget-rewind',
  args: z.object({ cluster: ClusterName, member: MemberName }),
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, member }, hands, { signal }) {
    await hands.hosts.run(cluster, member, { name: 'delete rewind mark' }, signal);
    return { performed: true, says: `${member} has no half rewound or half restored data directory any more` };
  },
});

export const forgetRewindAct = act;

/** Takes the mark away that a rewind or a restore was begun, once that is complete or its data directory was set aside. */
export const forgetRewind = (cluster: string, member: string): ActData<'harmless'> => build({ cluster, member });
