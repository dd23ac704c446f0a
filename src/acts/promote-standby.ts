import { z } from 'zod';
import { asError, refusal } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { type ActContext, defineAct } from './act.ts';
import { fencePrimary, fencePrimaryAct } from './fence-primary.ts';
import { requireFresh } from './fresh.ts';
import type { Hands } from './hands.ts';
import { PROMOTING, PromotionOf, promotionClaim } from '../core/promotion-claim.ts';

const Args = PromotionOf.extend({
  cluster: ClusterName,
  member: MemberName,
  /** The old primary, whose fence is made again once the claim is there: whoever starts it again may have looked before that. */
  fences: MemberName.exactOptional(),
  /** As of `fence-primary`. */
  marks: z.boolean().exactOptional(),
  /** The old primary, where nothing but a person's word keeps it from coming back as one. */
  unfenced: MemberName.exactOptional(),
});
type Args = z.output<typeof Args>;

const { act, build } = defineAct({
  name: 'promote-standby',
  args: Args,
  repeat: 'never',
  interrupts: true,
  debt: ({ cluster, unfenced, timeline }) =>
    unfenced === undefined
      ? undefined
      : {
          id: `unfenced ${unfenced} of ${cluster}`,
          says: `${unfenced} was replaced without being fenced, so it may come back as a second primary`,
          release: fencePrimary({ cluster, member: unfenced }),
          gone: { state: 'no-second-primary', args: { cluster, member: unfenced, timeline } },
          isToldAnew: true,
        },
  async perform(args, hands, context) {
    const { hosts } = hands;
    const { signal } = context;
    const { cluster, member, timeline } = args;
    const id = promotionClaim(args);
    const begunAtMs = hands.now();
    await hosts.claim(cluster, member, id, signal);
    await hosts.settleClaim(cluster, member, id, PROMOTING, signal);
    const claimed = (await hosts.claimResult(cluster, member, id, signal))?.trim();
    if (claimed !== PROMOTING)
      throw refusal(
        `the promotion of ${member} was claimed by somebody else${claimed ? `: ${claimed}` : ', and their word is gone'}`,
        'Look at the cluster: if the old primary runs, nothing is lost. If nothing runs, start it by hand, as nobody was promoted.',
      );
    await fenceAgain(args, hands, context);
    signal.throwIfAborted();
    requireFresh(hands, begunAtMs, { what: 'the promotion', member });
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

/**
 * Twice, as its mark fails while a server runs: a start that began in between is seen the second time, or reads the first mark (PostgreSQL
 * writes postmaster.pid before it looks for standby.signal), and behind the mask no other begins.
 */
async function fenceAgain({ cluster, member, fences, marks = true }: Args, hands: Hands, context: ActContext): Promise<void> {
  if (fences === undefined) return;
  try {
    await fencePrimaryAct.perform({ cluster, member: fences, marks }, hands, context);
    await fencePrimaryAct.perform({ cluster, member: fences, marks }, hands, context);
  } catch (error) {
    throw refusal(
      `${fences} could not be fenced again right before the promotion, so ${member} was not promoted: ${asError(error).message}`,
      `See whether PostgreSQL runs on ${fences}: if it does, it is the primary; if not, try this step again.`,
    );
  }
}
