import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { onceByRest } from './once-by-rest.ts';
import { pauseOf } from './pause.ts';

const Args = z.object({
  cluster: ClusterName,
  /** The member that is asked. */
  via: MemberName,
});

const { act, build } = defineAct({
  name: 'resume',
  args: Args,
  repeat: 'never',
  interrupts: true,
  pays: ({ cluster }) => [pauseOf(cluster)],
  perform: async ({ cluster, via }, hands, context) =>
    onceByRest(
      hands,
      {
        ...{ cluster, via, what: `the resume of ${cluster}` },
        send: (signal) => hands.patroni.rest.patchConfig(cluster, via, { pause: null }, signal),
      },
      context,
    ),
});

export const resumeAct = act;

/** Ends Patroni's pause by taking the key out, as patronictl does (patroni/ctl.py, toggle_pause). */
export const resume = (args: z.input<typeof Args>): ActData<'never'> => build(args);
