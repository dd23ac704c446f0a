import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { claimedOnce } from './claimed-once.ts';
import { stoppedDebtId } from './stop-primary.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName, slot: z.string() });

const { act, build } = defineAct({
  name: 'start-standby',
  args: Args,
  repeat: 'never',
  interrupts: false,
  async perform({ cluster, member }, hands, { claim, signal }) {
    if (!(await claimedOnce(hands, { claim, signal }, { cluster, member, what: 'the start of PostgreSQL' })))
      return { performed: false, says: `an earlier attempt has started PostgreSQL on ${member} already` };
    signal.throwIfAborted();
    for (const verb of ['unmask', 'enable', 'start'] as const)
      await hands.hosts.run(cluster, member, { name: 'service', service: 'postgres', verb }, signal);
    return { performed: true, says: `PostgreSQL of ${member} is enabled and was started` };
  },
  pays: ({ cluster, member, slot }) => [`slot ${slot} of ${cluster}`, stoppedDebtId(cluster, member)],
});

export const startStandbyAct = act;

/** Starts a new standby, now and at every boot, once, also where a failover had masked its unit (systemctl enable fails on a masked one); its slot is no debt any more when it streams. */
export const startStandby = (args: z.input<typeof Args>): ActData<'never'> => build(args);
