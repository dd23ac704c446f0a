import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const { act, build } = defineAct({
  name: 'checkpoint',
  args: z.object({ cluster: ClusterName, member: MemberName }),
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, member }, hands, { signal }) {
    await hands.hosts.run(cluster, member, { name: 'checkpoint' }, signal);
    return { performed: true, says: `${member} has written a checkpoint` };
  },
});

export const checkpointAct = act;

/** CHECKPOINT on a member over SSH (it needs pg_checkpoint or a superuser, PostgreSQL docs, sql-checkpoint). */
export const checkpoint = (cluster: string, member: string): ActData<'harmless'> => build({ cluster, member });
