import { ClusterName, command, MemberName, Reason, refusal } from '#kit';
import { z } from 'zod';
import failover from '../runbooks/failover.ts';
import streamingFailover from '../runbooks/streaming-failover.ts';

export default command({
  name: 'failover',
  summary: 'Promote a standby when the leader is dead; loses what only the leader had',
  who: 'operator',
  args: z.object({
    cluster: ClusterName,
    /** The one that has received the most when absent. */
    member: MemberName.optional(),
    /** The cluster's name once more, so that no slip of the hand starts anything. */
    confirm: z.string().optional(),
    fencedBy: z.enum(['powered off']).optional(),
    reason: Reason.optional(),
  }),
  positionals: ['cluster', 'member'],
  examples: [
    'billing --confirm billing --reason "pg1 lost its power supply"',
    'billing pg2 --confirm billing --fenced-by "powered off" --reason "host pulled by the data centre"',
  ],
  starts: failover,
  byMode: { streaming: streamingFailover },
  input({ cluster, member, confirm, fencedBy }) {
    if (confirm !== cluster)
      throw refusal(
        `a failover of ${cluster} loses what only its leader has, so its name must be typed once more`,
        `Add \`--confirm ${cluster}\`.`,
      );
    return { cluster, ...(member ? { to: member } : {}), ...(fencedBy ? { fencedBy } : {}) };
  },
});
