import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { claimedOnce } from './claimed-once.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName });

const { act, build } = defineAct({
  name: 'start-patroni',
  args: Args,
  repeat: 'never',
  interrupts: false,
  async perform({ cluster, member }, hands, { claim, signal }) {
    if (!(await claimedOnce(hands, { claim, signal }, { cluster, member, what: 'the start of Patroni' })))
      return { performed: false, says: `an earlier attempt has started Patroni on ${member} already` };
    const { run } = hands.hosts;
    // Patroni must be the only one that starts PostgreSQL (Patroni's FAQ).
    await run(cluster, member, { name: 'service', service: 'postgres', verb: 'disable' }, signal);
    for (const verb of ['enable', 'start'] as const)
      await run(cluster, member, { name: 'service', service: 'patroni', verb }, signal);
    return { performed: true, says: `Patroni on ${member} is enabled and was started` };
  },
  async end({ cluster, member }, hands, { signal }) {
    for (const verb of ['disable', 'stop'] as const)
      await hands.hosts.run(cluster, member, { name: 'service', service: 'patroni', verb }, signal);
    return {
      gone: true,
      says: `Patroni on ${member} is stopped and disabled; its configuration and what it had copied into its data directory stay`,
    };
  },
});

export const startPatroniAct = act;

/** Starts a new member's Patroni, now and at every boot, once; Patroni copies the leader and joins. */
export const startPatroni = (args: z.input<typeof Args>): ActData<'never'> => build(args);
