import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const Args = z.object({
  cluster: ClusterName,
  /** Whose pg_hba.conf gets the line. */
  member: MemberName,
  role: z.string(),
  /** IPv4 or IPv6. */
  addresses: z.array(z.string()).min(1),
});

const { act, build } = defineAct({
  name: 'allow-replication',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, member, role, addresses }, hands, { signal }) {
    for (const one of addresses) {
      const address = `${one}/${one.includes(':') ? 128 : 32}`;
      await hands.hosts.run(cluster, member, { name: 'allow replication', role, address }, signal);
    }
    const says = `pg_hba.conf of ${member} lets ${role} in from ${addresses.join(', ')}, and was reloaded`;
    return { performed: true, says };
  },
});

export const allowReplicationAct = act;

/** Lets a role replicate from some addresses, by scram-sha-256: lines at the end of pg_hba.conf where they are not there, and a reload. */
export const allowReplication = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);
