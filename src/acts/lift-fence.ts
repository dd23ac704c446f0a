import { z } from 'zod';
import { refusal } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import { defineAct } from './act.ts';
import type { Hands } from './hands.ts';
import { unmarkStandby } from './unmark-standby.ts';
import { failoverClaim, GIVEN_UP, PromotionOf } from '../core/promotion-claim.ts';

/** What must be known to take a fence back: whose promotion it was made for. */
export const LiftsFence = PromotionOf.omit({ primaryStartedAtMs: true }).extend({
  /** Every other member, as a failover could promote any of them. */
  others: z.array(MemberName).min(1),
});

const Args = LiftsFence.extend({ cluster: ClusterName, member: MemberName });
type Args = z.output<typeof Args>;

const { act } = defineAct({
  name: 'lift-fence',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform(args, hands, { signal }) {
    const { cluster, member } = args;
    await refuseWhenClaimed(args, hands, signal);
    await hands.hosts.run(cluster, member, { name: 'service', service: 'postgres', verb: 'unmask' }, signal);
    await unmarkStandby(hands, args, signal);
    await refuseWhenClaimed(args, hands, signal).catch(async (error: unknown) => {
      await hands.hosts.run(cluster, member, { name: 'mark standby' }, signal);
      await hands.hosts.run(cluster, member, { name: 'service', service: 'postgres', verb: 'mask' }, signal);
      throw error;
    });
    return { performed: true, says: `${member} is fenced no more, as nobody was promoted; it is not started` };
  },
});

/**
 * Takes the fence of a lost primary back while no promotion was claimed anywhere; a host that can't be asked may have been promoted. Claims
 * are looked at again afterwards, and the fence is put back when one has come meanwhile. It starts nothing.
 */
export const liftFenceAct = act;

async function refuseWhenClaimed(args: Args, { hosts }: Hands, signal: AbortSignal): Promise<void> {
  const { cluster, member, others } = args;
  const id = failoverClaim(args);
  for (const other of others) {
    const claimed = await hosts.claimResult(cluster, other, id, signal);
    if (claimed !== undefined && claimed.trim() !== GIVEN_UP)
      throw refusal(
        `the promotion of ${other} was claimed, so ${member} stays fenced: there could be two primaries`,
        `Look at \`/pg status ${cluster}\`; ${member} becomes a standby of whoever leads.`,
      );
  }
}
