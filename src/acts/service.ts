import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';
import { claimedOnce } from './claimed-once.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  service: z.enum(['patroni', 'postgres']),
  verb: z.enum(['start', 'stop']),
  /** Both are in the claim's name, so that a worker that was frozen can not do it to a later cluster. */
  systemId: z.string().regex(/^\d{1,20}$/),
  timeline: z.number().int().positive(),
});

const { act, build } = defineAct({
  name: 'service',
  args: Args,
  repeat: 'never',
  interrupts: true,
  async perform({ cluster, member, service, verb, systemId, timeline }, hands, { claim, signal }) {
    const of = service === 'patroni' ? 'Patroni' : 'PostgreSQL';
    if (
      !(await claimedOnce(
        hands,
        { claim, signal },
        { cluster, member, id: `${systemId}.t${timeline}`, what: `the ${verb} of ${of}` },
      ))
    )
      return { performed: false, says: `an earlier attempt has asked systemd on ${member} to ${verb} ${of} already` };
    await hands.hosts.run(cluster, member, { name: 'service', service, verb }, signal);
    return { performed: true, says: `systemd on ${member} has been asked to ${verb} ${of}` };
  },
});

export const serviceAct = act;

/** Starts or stops a service of a member's host by systemd, claimed there once. A stop of Patroni stops its PostgreSQL cleanly. */
export const service = (args: z.input<typeof Args>): ActData<'never'> => build(args);
