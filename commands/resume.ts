import { ClusterName, command, Reason } from '#kit';
import { z } from 'zod';
import resume from '../runbooks/resume.ts';

export default command({
  name: 'resume',
  summary: 'Give a paused cluster back to Patroni; says first what Patroni will do',
  who: 'operator',
  args: z.object({ cluster: ClusterName, reason: Reason.optional() }),
  positionals: ['cluster'],
  examples: ['billing', 'billing --reason "pg2 is back"'],
  starts: resume,
  input: ({ cluster }) => ({ cluster }),
});
