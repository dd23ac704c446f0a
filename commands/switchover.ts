import { ClusterName, command, MemberName, Reason } from '#kit';
import { z } from 'zod';
import streamingSwitchover from '../runbooks/streaming-switchover.ts';
import switchover from '../runbooks/switchover.ts';

export default command({
  name: 'switchover',
  summary: 'Move the leader role of a cluster to a standby; somebody else approves it',
  who: 'operator',
  args: z.object({
    cluster: ClusterName,
    to: MemberName.optional(),
    withoutPause: z.boolean().optional(),
    reason: Reason.optional(),
  }),
  positionals: ['cluster'],
  examples: ['billing', 'billing --to pg2 --reason "kernel update of pg1"', "billing --at '2026-11-30 02:00 Europe/Berlin'"],
  starts: switchover,
  byMode: { streaming: streamingSwitchover },
  input: ({ cluster, to, withoutPause }) => ({ cluster, ...(to ? { to } : {}), ...(withoutPause ? { withoutPause } : {}) }),
});
