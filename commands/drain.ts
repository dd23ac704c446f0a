import { ClusterName, command, DurationText, MemberName, Reason } from '#kit';
import { z } from 'zod';
import drain from '../runbooks/drain.ts';

export default command({
  name: 'drain',
  summary: 'Take readers and candidacy away from a replica, until you undrain it',
  who: 'operator',
  args: z.object({
    cluster: ClusterName,
    member: MemberName,
    wait: DurationText.default(DurationText.parse('2m')),
    for: DurationText.default(DurationText.parse('1h')),
    reason: Reason.optional(),
  }),
  positionals: ['cluster', 'member'],
  examples: ['billing pg2 --reason "new disk"', 'billing pg2 --wait 10m --for 2h --reason "kernel update"'],
  starts: drain,
  input: ({ cluster, member, wait, for: keptMs }) => ({ cluster, member, waitMs: wait, keptMs }),
});
