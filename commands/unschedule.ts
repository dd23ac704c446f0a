import { ClusterName, command, MemberName, Reason } from '#kit';
import { z } from 'zod';
import unschedule from '../runbooks/unschedule.ts';

export default command({
  name: 'unschedule',
  summary: "Clear Patroni's own scheduled switchover, or with --member the restart of that one",
  who: 'operator',
  args: z.object({ cluster: ClusterName, member: MemberName.optional(), reason: Reason.optional() }),
  positionals: ['cluster'],
  examples: ['billing', 'billing --member pg2 --reason "not tonight"'],
  starts: unschedule,
  input: ({ cluster, member }) => ({ cluster, ...(member ? { member } : {}) }),
});
