import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const Args = z.object({ cluster: ClusterName, poolers: z.array(MemberName).min(1), unit: z.string() });

const { act, build } = defineAct({
  name: 'arm-resume',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, poolers, unit }, hands, { signal }) {
    await Promise.all(poolers.map((pooler) => hands.poolers.arm(cluster, pooler, `${unit}-${pooler}`, signal)));
    return { performed: true, says: `${poolers.join(' and ')} will resume by themselves in 25 s, whatever happens to Trunkline` };
  },
});

export const armResumeAct = act;

/** Arms the timer on each PgBouncer's host that resumes it whatever happens to us; one that is armed already begins anew. */
export const armResume = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);
