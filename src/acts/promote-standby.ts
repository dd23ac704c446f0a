import type { z } from 'zod';
import { refusal } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { PROMOTING, PromotionOf, promotionClaim } from './promotion-token.ts';

const Args = PromotionOf.extend({ cluster: ClusterName, member: MemberName });

const { act, build } = defineAct({
  name: 'promote-standby',
  args: Args,
  repeat: 'never',
  interrupts: true,
  async perform(args, { hosts }, { signal }) {
    const { cluster, member, timeline } = args;
    const id = promotionClaim(args);
    if ((await hosts.claim(cluster, member, id, signal)) === 'ours')
      await hosts.settleClaim(cluster, member, id, PROMOTING, signal);
    const claimed = (await hosts.claimResult(cluster, member, id, signal))?.trim();
    if (claimed !== PROMOTING)
      throw refusal(
        `the promotion of ${member} was claimed by somebody else${claimed ? `: ${claimed}` : ', who wrote nothing'}`,
        'Look at the cluster: if the old primary runs, nothing is lost. If nothing runs, start it by hand, as nobody was promoted.',
      );
    signal.throwIfAborted();
    await hosts.run(cluster, member, { name: 'promote', timeline }, signal);
    return { performed: true, says: `${member} has been promoted` };
  },
});

export const promoteStandbyAct = act;

/**
 * Promotes a standby by pg_ctl, under the claim that also keeps the old primary from being started again. An attempt after a lost one goes on
 * with a claim that says that it promotes: the host itself promotes no server that is past the timeline.
 */
export const promoteStandby = (args: z.input<typeof Args>): ActData<'never'> => build(args);
