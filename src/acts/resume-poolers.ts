import { z } from 'zod';
import { asError, unreachable } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import type { Hands } from './hands.ts';
import { pauseDebtOf } from './pause-debt.ts';

const Args = z.object({ cluster: ClusterName, poolers: z.array(MemberName).min(1), unit: z.string() });

const { act, build } = defineAct({
  name: 'resume-poolers',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, poolers, unit }, hands, { signal }) {
    await resumeAll(hands, cluster, poolers, signal);
    // Only once everything is resumed; one that stays does no harm.
    await Promise.allSettled(poolers.map((pooler) => hands.poolers.disarm(cluster, pooler, `${unit}-${pooler}`, signal)));
    return { performed: true, says: `${poolers.join(' and ')} ${poolers.length === 1 ? 'has' : 'have'} been told to resume` };
  },
  pays: ({ cluster }) => [pauseDebtOf(cluster)],
});

export const resumePoolersAct = act;

/** RESUME of every PgBouncer; going back to safe needs neither lock nor approval. */
export const resumePoolers = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);

/** One that fails keeps none of the others from it. @throws Unreachable that names those that could not be told. */
export async function resumeAll(
  hands: Pick<Hands, 'poolers'>,
  cluster: string,
  poolers: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const told = await Promise.allSettled(poolers.map((pooler) => hands.poolers.resume(cluster, pooler, signal)));
  const failed = told.flatMap((one, at) => (one.status === 'rejected' ? [`${poolers[at]}: ${asError(one.reason).message}`] : []));
  if (failed.length > 0)
    throw unreachable(
      `not every PgBouncer could be told to resume (${failed.join('; ')})`,
      'Its own timer resumes it within 25 s.',
    );
}
