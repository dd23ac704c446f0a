import { ClusterName, command, MemberName, Reason } from '#kit';
import { z } from 'zod';
import restart from '../runbooks/restart.ts';

export default command({
  name: 'restart',
  summary: 'Restart PostgreSQL on a member, or on all that wait for it (--pending), one by one',
  who: 'operator',
  args: z.object({
    cluster: ClusterName,
    member: MemberName.optional(),
    /** All members of which a restart is pending. */
    pending: z.boolean().optional(),
    /** How the leader restarts. */
    leader: z.enum(['in-place', 'switchover']).optional(),
    /** Who takes over, by switchover. */
    to: MemberName.optional(),
    reason: Reason.optional(),
  }),
  positionals: ['cluster', 'member'],
  examples: [
    'billing pg2',
    'billing --pending --reason "max_connections 200, OPS-911"',
    'billing --pending --leader switchover --to pg3',
  ],
  starts: restart,
  input: ({ cluster, member, pending, leader, to }) => ({
    cluster,
    ...(member ? { member } : {}),
    ...(pending ? { pending } : {}),
    ...(leader ? { leader } : {}),
    ...(to ? { to } : {}),
  }),
});
