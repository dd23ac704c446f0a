import { z } from 'zod';
import type { Snapshot } from '../core/cluster.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import { orderOf } from '../core/patroni-orders.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  /** Whose restart; the cluster's switchover where absent. */
  member: MemberName.exactOptional(),
});
type Args = z.output<typeof Args>;

const { state, build } = defineState({
  name: 'nothing-scheduled',
  args: Args,
  says: ({ cluster, member }) => (member ? `no restart of ${member} is scheduled` : `no switchover of ${cluster} is scheduled`),
  judge: async (args, view) => judgeNothingScheduled(args, await view.snapshot(args.cluster)),
});

export const nothingScheduledState = state;

/** Patroni has nothing of that kind to do later: by the failover key of the DCS, or by the member itself. */
export const nothingScheduled = (cluster: string, member?: string): StateData =>
  build({ cluster, ...(member ? { member } : {}) });

/** Pure part. */
export function judgeNothingScheduled(
  { cluster, member }: Args,
  snapshot: Pick<Snapshot, 'cluster' | 'dcs' | 'members'>,
): Verdict {
  const what = member === undefined ? `switchover of ${cluster}` : `restart of ${member}`;
  const reading = member === undefined ? snapshot.dcs : snapshot.members.find(({ name }) => name === member)?.patroni;
  if (!reading?.ok) return notYet(`${member ?? 'the DCS'} cannot be read: ${reading?.why ?? 'it is no member'}`);
  const at = orderOf(snapshot, member)?.at;
  return at ? notYet(`a ${what} is scheduled for ${at}`) : holds(`no ${what} is scheduled`);
}
