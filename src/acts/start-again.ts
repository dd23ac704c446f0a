import { z } from 'zod';
import { asError, refusal, unreachable } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { promotedByFailover } from './failover-claims.ts';
import type { Hands } from './hands.ts';
import { unmarkStandby } from './unmark-standby.ts';
import { GIVEN_UP, PromotionOf, promotionClaim } from '../core/promotion-claim.ts';

const Args = PromotionOf.extend({
  cluster: ClusterName,
  member: MemberName,
  /** Who was to be promoted, and the further members, which a failover could promote. */
  standby: MemberName,
  others: z.array(MemberName),
});
type Args = z.output<typeof Args>;

const { act, build } = defineAct({
  name: 'start-again',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform(args, hands, { signal }) {
    const { cluster, member, standby } = args;
    await giveUpPromotion(args, hands, signal);
    await refuseAfterFailover(args, hands, signal);
    const run = (command: Parameters<Hands['hosts']['run']>[2]) => hands.hosts.run(cluster, member, command, signal);
    await run({ name: 'service', service: 'postgres', verb: 'unmask' });
    await unmarkStandby(hands, args, signal);
    // A failover may have claimed meanwhile; one that claims after this masks the unit again, and promotes nobody while a server runs.
    await refuseAfterFailover(args, hands, signal).catch((error: unknown) => fenceAgain(args, hands, asError(error)));
    await run({ name: 'service', service: 'postgres', verb: 'start' });
    return { performed: true, says: `${member} has been started again as the primary; ${standby} can not be promoted any more` };
  },
});

export const startAgainAct = act;

/**
 * Starts a primary again that a switchover stopped, unless the promotion was claimed, as there could be two then: it takes that claim
 * itself first, so that no worker can promote afterwards.
 */
export const startAgain = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);

async function giveUpPromotion(args: Args, { hosts }: Hands, signal: AbortSignal): Promise<void> {
  const { cluster, member, standby } = args;
  const id = promotionClaim(args);
  await hosts.claim(cluster, standby, id, signal);
  await hosts.settleClaim(cluster, standby, id, GIVEN_UP, signal);
  if ((await hosts.claimResult(cluster, standby, id, signal))?.trim() !== GIVEN_UP)
    throw refusal(
      `the promotion of ${standby} was claimed, so ${member} must not be started as a primary: there could be two`,
      `See whether ${standby} is out of recovery. If it is, ${member} becomes its standby; if it is not and nobody promotes it, start ${member} by hand.`,
    );
}

/** A host that can't be asked may have been promoted, so that nothing is started then. */
async function refuseAfterFailover(args: Args, hands: Hands, signal: AbortSignal): Promise<void> {
  const { cluster, member, standby, others } = args;
  const promoted = await promotedByFailover(args, [standby, ...others], hands, signal);
  if (promoted !== undefined)
    throw refusal(
      `a failover promotes ${promoted}, so ${member} must not be started as a primary: there could be two`,
      `Look at \`/pg status ${cluster}\`; ${member} becomes a standby of whoever leads.`,
    );
}

/** Not with the signal of the attempt: whatever stopped that, nobody may start a second primary. @throws what it was called for. */
async function fenceAgain({ cluster, member }: Args, { hosts }: Hands, why: Error): Promise<never> {
  const signal = AbortSignal.timeout(10_000);
  try {
    await hosts.run(cluster, member, { name: 'mark standby' }, signal);
    await hosts.run(cluster, member, { name: 'service', service: 'postgres', verb: 'mask' }, signal);
  } catch (error) {
    throw unreachable(
      `${why.message}; its unit could not be masked again: ${asError(error).message}`,
      `Mask the unit of PostgreSQL on ${member} by hand now: a boot would start it as a primary.`,
    );
  }
  throw why;
}
