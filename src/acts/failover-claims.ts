import type { Hands } from './hands.ts';
import { failoverClaim, type PromotionOf } from '../core/promotion-claim.ts';

/**
 * Who of these members was claimed to be promoted without this primary.
 * @throws TrunklineError when a host that was asked can't say it.
 */
export async function promotedByFailover(
  life: PromotionOf & { readonly cluster: string },
  members: readonly string[],
  { hosts }: Hands,
  signal: AbortSignal,
): Promise<string | undefined> {
  const id = failoverClaim(life);
  for (const member of members) if ((await hosts.claimResult(life.cluster, member, id, signal)) !== undefined) return member;
  return undefined;
}
