import { ClusterName, command, Reason } from '#kit';
import { z } from 'zod';

export default command({
  name: 'break-glass',
  summary: 'Start a change at once without approval, for listed people; reviewed after',
  who: 'operator',
  args: z.object({
    cluster: ClusterName,
    /** The cluster's name once more, so that no slip of the hand starts anything. */
    confirm: z.string(),
    reason: Reason,
    command: z.array(z.string()).min(1),
  }),
  positionals: ['cluster'],
  rest: 'command',
  examples: [
    'billing --confirm billing --reason "pg1 loses its disk, OPS-812" switchover --to pg2',
    'billing --confirm billing --reason "as said in the incident" switchover --override archiver-backlog',
  ],
  through: ({ confirm, reason, command: words }) => ({ words, reason, start: { breakGlass: { confirm } } }),
});
