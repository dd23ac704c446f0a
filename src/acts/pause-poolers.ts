import { z } from 'zod';
import { asError, refusal } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { claimedOnce } from './claimed-once.ts';
import { pauseDebtOf } from './pause-debt.ts';
import { resumeAll, resumePoolers } from './resume-poolers.ts';

const Args = z.object({
  cluster: ClusterName,
  poolers: z.array(MemberName).min(1),
  unit: z.string(),
  /** Both are in the claim's name, so that a worker that was frozen can not pause for a later cluster. */
  systemId: z.string().regex(/^\d{1,20}$/),
  timeline: z.number().int().positive(),
});

const { act, build } = defineAct({
  name: 'pause-poolers',
  args: Args,
  repeat: 'never',
  interrupts: true,
  async perform({ cluster, poolers, unit, systemId, timeline }, hands, { claim, signal }) {
    const [first = ''] = poolers;
    if (
      !(await claimedOnce(
        hands,
        { claim, signal },
        { cluster, member: first, id: `${systemId}.t${timeline}`, what: 'the pause of the PgBouncers' },
      ))
    )
      return { performed: false, says: 'an earlier attempt has paused already; it is not done twice' };
    const told = await Promise.allSettled(
      poolers.map((pooler) => hands.poolers.pause(cluster, pooler, `${unit}-${pooler}`, signal)),
    );
    const failed = told.flatMap((one, at) => {
      if (one.status === 'rejected') return [`${poolers[at]}: ${asError(one.reason).message}`];
      return one.value ? [] : [`${poolers[at]}: transactions were still open after 2 s`];
    });
    if (failed.length === 0) return { performed: true, says: `${poolers.join(' and ')} paused: clients wait, and none is cut` };
    // Not with the signal of the attempt: whatever stops that, clients must go on.
    await resumeAll(hands, cluster, poolers, AbortSignal.timeout(10_000));
    throw refusal(
      `not every PgBouncer could be paused, so all were resumed (${failed.join('; ')})`,
      'See which transactions are long, then ask again, or add `--without-pause`.',
    );
  },
  debt: ({ cluster, poolers, unit }) => ({
    id: pauseDebtOf(cluster),
    says: `the PgBouncers of ${cluster} are paused: their clients wait`,
    release: resumePoolers({ cluster, poolers, unit }),
    gone: { state: 'poolers-flow', args: { cluster } },
  }),
});

export const pausePoolersAct = act;

/** PAUSE of every PgBouncer within 2 s, or RESUME of all; never without their timers. The pause is a debt. */
export const pausePoolers = (args: z.input<typeof Args>): ActData<'never'> => build(args);
