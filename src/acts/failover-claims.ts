import type { Hands } from './hands.ts';
import { type PromotionOf, promotionClaim } from './promotion-token.ts';

/** The claim by which a failover promotes a member without this primary. */
export const failoverClaim = (life: PromotionOf): string => promotionClaim({ ...life, primaryStartedAtMs: 'lost' });

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
