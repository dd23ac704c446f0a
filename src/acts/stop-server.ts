import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { serviceActive } from '../core/service-active.ts';
import { defineAct } from './act.ts';
import { claimedOnce } from './claimed-once.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  service: z.enum(['patroni', 'postgres']),
  /** Both are in the claim's name, so that a worker that was frozen can not do it to a later cluster. */
  systemId: z.string().regex(/^\d{1,20}$/),
  timeline: z.number().int().positive(),
});

const { act, build } = defineAct({
  name: 'stop-server',
  args: Args,
  repeat: 'never',
  interrupts: true,
  async perform({ cluster, member, service, systemId, timeline }, hands, { claim, signal }) {
    if (
      !(await claimedOnce(
        hands,
        { claim, signal },
        { cluster, member, id: `${systemId}.t${timeline}`, what: `the stop of ${service}` },
      ))
    )
      return { performed: false, says: `an earlier attempt has asked systemd on ${member} to stop ${service} already` };
    await hands.hosts.run(cluster, member, { name: 'service', service, verb: 'stop' }, signal);
    return { performed: true, says: `systemd on ${member} has stopped ${service}` };
  },
  debt: ({ cluster, member, service }) => ({
    id: debtOfStopped(cluster, member, service),
    says: `${service} on ${member} was stopped by a run: ${member} serves nobody and can not take over`,
    release: { act: 'start-server', args: { cluster, member, service } },
    gone: serviceActive(cluster, member, service),
  }),
});

export const stopServerAct = act;

/** Stops a member's server and remembers as a debt that it must run again. A stop of Patroni stops its PostgreSQL cleanly. */
export const stopServer = (args: z.input<typeof Args>): ActData<'never'> => build(args);

/** The debt that `start-server` pays. */
export const debtOfStopped = (cluster: string, member: string, service: string): string =>
  `stopped ${service} ${cluster}/${member}`;
