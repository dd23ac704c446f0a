import { z } from 'zod';
import type { DebtDraft } from '../core/debt.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { onceByRest } from './once-by-rest.ts';

const Args = z.object({
  cluster: ClusterName,
  /** The member that is asked. */
  via: MemberName,
  /** All of them: any can take the pause away again. */
  members: z.array(MemberName).min(1),
  forMs: z.number().int().positive(),
  /** Patroni is paused already, and this gives the pause an owner and an end. */
  already: z.boolean(),
});

const { act, build } = defineAct({
  name: 'pause',
  args: Args,
  repeat: 'never',
  interrupts: false,
  debt: ({ cluster, members, forMs, already }): DebtDraft => ({
    id: pauseOf(cluster),
    says: `Patroni of ${cluster} is paused: nobody takes over when its leader dies`,
    release: { act: 'unpause', args: { cluster, members } },
    gone: { state: 'not-paused', args: { cluster } },
    kept: {
      forMs,
      endBy: `/pg resume ${cluster}`,
      keepBy: `/pg pause ${cluster} --for 1h --reason ...`,
      ...(already ? { anyhow: true } : {}),
    },
  }),
  perform: async ({ cluster, via }, hands, context) =>
    onceByRest(
      hands,
      {
        ...{ cluster, via, what: `the pause of ${cluster}` },
        send: (signal) => hands.patroni.rest.patchConfig(cluster, via, { pause: true }, signal),
      },
      context,
    ),
});

export const pauseAct = act;

/** Patroni's pause, as patronictl sets it: `PATCH /config {"pause": true}` (Patroni docs/pause.rst, patroni/ctl.py). A debt until it is resumed. */
export const pause = (args: z.input<typeof Args>): ActData<'never'> => build(args);

/** The id of the debt that a pause is: one for each cluster. */
export const pauseOf = (cluster: string): string => `pause ${cluster}`;
