import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName });

const { act, build } = defineAct({
  name: 'discard-copy',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, member }, hands, { signal }) {
    await hands.hosts.run(cluster, member, { name: 'discard the copy' }, signal);
    return { performed: true, says: `nothing copies to ${member} any more, and what was copied is deleted` };
  },
});

export const discardCopyAct = act;

/** Ends a copy and deletes it; the data directory itself is never touched. */
export const discardCopy = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);
