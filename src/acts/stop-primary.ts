import { z } from 'zod';
import { refusal, TrunklineError } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { claimedOnce } from './claimed-once.ts';
import { promotedByFailover } from './failover-claims.ts';
import type { Hands } from './hands.ts';
import { failoverClaim, PromotionOf } from '../core/promotion-claim.ts';

const Args = PromotionOf.extend({
  cluster: ClusterName,
  member: MemberName,
  /** Who is to be promoted when it is stopped. */
  standby: MemberName,
  /** The further members, which a failover could promote instead. */
  others: z.array(MemberName),
});
type Args = z.output<typeof Args>;

const { act, build } = defineAct({
  name: 'stop-primary',
  args: Args,
  repeat: 'never',
  interrupts: true,
  debt: (args) => ({
    id: stoppedDebtId(args.cluster, args.member),
    says: `PostgreSQL on ${args.member} is stopped and does not start at boot, so ${args.cluster} has a member less, or no primary at all`,
    release: { act: 'start-again', args },
    gone: { state: 'starts-at-boot', args: { cluster: args.cluster, member: args.member } },
  }),
  async perform(args, hands, { claim, signal }) {
    const { cluster, member, systemId, timeline } = args;
    await refuseBesideFailover(args, hands, signal);
    if (!(await claimedOnce(hands, { claim, signal }, { cluster, member, id: `${systemId}.t${timeline}`, what: 'the stop' })))
      return { performed: false, says: `an earlier attempt has asked systemd on ${member} to stop PostgreSQL already` };
    await hands.hosts.run(cluster, member, { name: 'service', service: 'postgres', verb: 'stop' }, signal);
    return { performed: true, says: `systemd on ${member} has stopped PostgreSQL` };
  },
});

export const stopPrimaryAct = act;

/**
 * Stops a primary cleanly (a fast shutdown: its standbys receive the shutdown checkpoint before it ends). It is a debt until it runs again:
 * as a standby, or, while no promotion was claimed, as the primary that it was.
 */
export const stopPrimary = (args: z.input<typeof Args>): ActData<'never'> => build(args);

/** Paid by the act that starts the member again. */
export const stoppedDebtId = (cluster: string, member: string): string => `stopped ${member} of ${cluster}`;

/**
 * `start-again` refuses while a failover has such a claim, so a stop could not be taken back. A further member that can't be asked only
 * makes that wait for its host.
 */
async function refuseBesideFailover(args: Args, hands: Hands, signal: AbortSignal): Promise<void> {
  const { cluster, member, standby, others } = args;
  for (const name of [standby, ...others]) {
    const promoted = await promotedByFailover(args, [name], hands, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      if (name !== standby && error instanceof TrunklineError && error.kind === 'unreachable') return undefined;
      throw error;
    });
    if (promoted !== undefined)
      throw refusal(
        `a failover has claimed the promotion of ${promoted} without ${member}, so ${member} could not be started again if this went wrong; it was not stopped`,
        `See that no failover of ${cluster} goes on, delete the folder /var/lib/trunkline/claims/${failoverClaim(args)} on ${promoted}, then ask for the switchover again.`,
      );
  }
}
