import { z } from 'zod';

/**
 * What the claim of a promotion is named after, on the host of the standby. It is the same for every run that would end this life of the
 * primary, so that one of them promotes, once; and whoever starts the old primary again takes it first, so that nobody promotes after that.
 */
export const PromotionOf = z.object({
  systemId: z.string().regex(/^\d{1,20}$/),
  timeline: z.number().int().positive(),
  /** When the primary's postmaster was started, epoch milliseconds; `lost` where a failover can't ask it any more. */
  primaryStartedAtMs: z.union([z.number().int().positive(), z.literal('lost')]),
});
export type PromotionOf = z.output<typeof PromotionOf>;

/** Of letters, digits, dots and dashes. */
export function promotionClaim({ systemId, timeline, primaryStartedAtMs }: PromotionOf): string {
  return `promotion.${systemId}.t${timeline}.${primaryStartedAtMs}`;
}

/** The claim by which a failover promotes a member without this primary. */
export const failoverClaim = (life: Omit<PromotionOf, 'primaryStartedAtMs'>): string =>
  promotionClaim({ systemId: life.systemId, timeline: life.timeline, primaryStartedAtMs: 'lost' });

/** Written into the claim by whoever promotes, so that a later attempt may go on with that. */
export const PROMOTING = 'promoting';
/** Written into the claim by whoever made sure that nobody promotes. */
export const GIVEN_UP = 'given up';
