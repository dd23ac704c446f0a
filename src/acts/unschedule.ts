import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { onceByRest } from './once-by-rest.ts';

const Args = z.object({
  cluster: ClusterName,
  /** The member that is asked. */
  via: MemberName,
  /** The cluster's switchover, or that member's own restart. */
  what: z.enum(['switchover', 'restart']),
});

const { act, build } = defineAct({
  name: 'unschedule',
  args: Args,
  repeat: 'never',
  interrupts: false,
  perform: async ({ cluster, via, what }, hands, context) =>
    onceByRest(
      hands,
      {
        ...{ cluster, via, what: `the end of the scheduled ${what}` },
        send: (signal) =>
          what === 'switchover'
            ? hands.patroni.rest.clearSwitchover(cluster, via, signal)
            : hands.patroni.rest.clearRestart(cluster, via, signal),
      },
      context,
    ),
});

export const unscheduleAct = act;

/** Clears what Patroni was told to do later: `DELETE /switchover` or `DELETE /restart` (Patroni docs/rest_api.rst). */
export const unschedule = (args: z.input<typeof Args>): ActData<'never'> => build(args);
