import { ClusterName, command, MemberName, PidText, Reason } from '#kit';
import { z } from 'zod';
import terminate from '../runbooks/terminate.ts';

export default command({
  name: 'terminate',
  summary: 'End one client session of a member, or with --cancel its statement alone',
  who: 'operator',
  args: z.object({
    cluster: ClusterName,
    member: MemberName,
    pid: PidText,
    cancel: z.boolean().default(false),
    reason: Reason,
  }),
  positionals: ['cluster', 'member', 'pid'],
  examples: ['billing pg1 4242 --reason "blocks the nightly job"', 'billing pg1 4242 --cancel --reason "runaway report"'],
  starts: terminate,
  input: ({ cluster, member, pid, cancel }) => ({ cluster, member, pid, cancel }),
});
