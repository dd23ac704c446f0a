import { ClusterName, command, MemberName, Reason } from '#kit';
import { z } from 'zod';
import reinit from '../runbooks/reinit.ts';

export default command({
  name: 'reinit',
  summary: 'Discard the data of a replica and copy it anew; its name is typed twice',
  who: 'operator',
  args: z.object({
    cluster: ClusterName,
    member: MemberName,
    /** The member's name once more. */
    discard: z.string().optional(),
    reason: Reason.optional(),
  }),
  positionals: ['cluster', 'member'],
  examples: ['billing pg2 --discard pg2 --reason "pg2 lost WAL, OPS-920"'],
  starts: reinit,
  input: ({ cluster, member, discard }) => ({ cluster, member, ...(discard ? { discard } : {}) }),
});
