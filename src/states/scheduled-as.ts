import { z } from 'zod';
import type { Snapshot } from '../core/cluster.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import { orderOf } from '../core/patroni-orders.ts';
import type { StateData } from '../core/plan.ts';
import { holds, impossible, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName.exactOptional(),
  /** The time as Patroni holds it. */
  at: z.string().min(1),
});
type Args = z.output<typeof Args>;

const { state, build } = defineState({
  name: 'scheduled-as',
  args: Args,
  says: ({ cluster, member, at }) => `what is scheduled for ${at} is still the same on ${member ?? cluster}`,
  judge: async (args, view) => judgeScheduledAs(args, await view.snapshot(args.cluster)),
});

export const scheduledAsState = state;

/** What Patroni is to do later is still what was approved to be cleared, and not another order that was given since. */
export const scheduledAs = (args: z.input<typeof Args>): StateData => build(args);

/** Pure part. */
export function judgeScheduledAs(
  { cluster, member, at }: Args,
  snapshot: Pick<Snapshot, 'cluster' | 'dcs' | 'members'>,
): Verdict {
  const reading = member === undefined ? snapshot.dcs : snapshot.members.find(({ name }) => name === member)?.patroni;
  if (!reading?.ok) return notYet(`${member ?? 'the DCS'} cannot be read: ${reading?.why ?? 'it is no member'}`);
  const now = orderOf(snapshot, member)?.at;
  if (now === at) return holds(`it is still scheduled for ${at}`);
  return impossible(
    now === undefined ? `nothing is scheduled on ${member ?? cluster} any more` : `it is scheduled for ${now} now, not for ${at}`,
  );
}
