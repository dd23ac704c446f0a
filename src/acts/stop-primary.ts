import { z } from 'zod';
import { unreachable } from '../core/errors.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { formatDuration } from '../core/units.ts';
import { defineAct } from './act.ts';
import { PromotionOf } from './promotion-token.ts';

/** A worker that was frozen while it claimed must not stop a server any more, whose run has gone on without it. */
const STOP_WITHIN_MS = 10_000;

const Args = PromotionOf.extend({
  cluster: ClusterName,
  member: MemberName,
  /** Who is to be promoted when it is stopped. */
  standby: MemberName,
  /** The further members, which a failover could promote instead. */
  others: z.array(MemberName),
});

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
  async perform({ cluster, member, systemId, timeline }, hands, { claim, signal }) {
    const begunAtMs = hands.now();
    if ((await hands.hosts.claim(cluster, member, `${claim}.${systemId}.t${timeline}`, signal)) === 'taken')
      return { performed: false, says: `an earlier attempt has asked systemd on ${member} to stop PostgreSQL already` };
    signal.throwIfAborted();
    const tookMs = hands.now() - begunAtMs;
    if (tookMs > STOP_WITHIN_MS)
      throw unreachable(
        `claiming the stop on ${member} took ${formatDuration(tookMs)}, so it was not stopped any more`,
        'See why the host or the worker is so slow, then ask for the switchover again.',
      );
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
