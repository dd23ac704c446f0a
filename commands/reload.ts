import { ClusterName, command, MemberName, Reason } from '#kit';
import { z } from 'zod';
import reload from '../runbooks/reload.ts';

export default command({
  name: 'reload',
  summary: 'Load the configuration of Patroni and PostgreSQL again, on one member or on all',
  who: 'operator',
  args: z.object({ cluster: ClusterName, member: MemberName.optional(), reason: Reason.optional() }),
  positionals: ['cluster', 'member'],
  examples: ['billing', 'billing pg2 --reason "new pg_hba line"'],
  starts: reload,
  input: ({ cluster, member }) => ({ cluster, ...(member ? { member } : {}) }),
});
