import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { serviceActive } from '../core/service-active.ts';
import { defineAct } from './act.ts';
import { debtOfStopped } from './stop-server.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName, service: z.enum(['patroni', 'postgres']) });

const { act, build } = defineAct({
  name: 'hold-server',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, member, service }, hands, { signal }) {
    await hands.hosts.run(cluster, member, { name: 'service', service, verb: 'mask' }, signal);
    return { performed: true, says: `the unit of ${service} on ${member} is masked, so no boot starts it` };
  },
  // The same debt as that of the stop: a host that came back in between may have ended that one.
  debt: ({ cluster, member, service }) => ({
    id: debtOfStopped(cluster, member, service),
    says: `${service} on ${member} was stopped and masked by a run: ${member} serves nobody and can not take over`,
    release: { act: 'start-server', args: { cluster, member, service } },
    gone: serviceActive(cluster, member, service),
  }),
});

export const holdServerAct = act;

/**
 * Masks the unit of a stopped server (systemctl(1)), so that a reboot of its host does not start it on a data directory that is being
 * rewritten. `start-server` takes the mask away.
 */
export const holdServer = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);
