import { z } from 'zod';
import type { Snapshot } from '../core/cluster.ts';
import { ClusterName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'vip-held-once',
  args: z.object({ cluster: ClusterName }),
  says: () => 'exactly one host holds the VIP',
  judge: async ({ cluster }, view) => judgeVip(await view.vip(cluster)),
});

export const vipHeldOnceState = state;

/** Exactly one proxy host has the virtual address; without one it holds by itself. */
export const vipHeldOnce = (cluster: string): StateData => build({ cluster });

/** Pure part. */
export function judgeVip(vip: Snapshot['vip']): Verdict {
  if (!vip) return holds('no VIP is configured');
  const { address, holders } = vip;
  if (!holders.ok) return notYet(`who holds the VIP ${address} cannot be read: ${holders.why}`);
  const [holder, ...more] = holders.value;
  if (holder === undefined) return notYet(`nobody holds the VIP ${address}`);
  if (more.length > 0) return notYet(`${holders.value.join(' and ')} hold the VIP ${address} at once`);
  return holds(`${holder} alone holds the VIP ${address}`);
}
