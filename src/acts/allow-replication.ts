import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { ActData } from '../core/plan.ts';
import { defineAct } from './act.ts';

const Args = z.object({
  cluster: ClusterName,
  /** Whose pg_hba.conf gets the line. */
  member: MemberName,
  role: z.string(),
  /** CIDR. */
  address: z.string(),
});

const { act, build } = defineAct({
  name: 'allow-replication',
  args: Args,
  repeat: 'harmless',
  interrupts: false,
  async perform({ cluster, member, role, address }, hands, { signal }) {
    await hands.hosts.run(cluster, member, { name: 'allow replication', role, address }, signal);
    return { performed: true, says: `pg_hba.conf of ${member} has a line for ${role} from ${address}, and was reloaded` };
  },
});

export const allowReplicationAct = act;

/** Lets a role replicate from one address, by scram-sha-256: a line at the end of pg_hba.conf if it is not there, and a reload. */
export const allowReplication = (args: z.input<typeof Args>): ActData<'harmless'> => build(args);
