import { ClusterName, command, Reason } from '#kit';
import { z } from 'zod';
import release from '../runbooks/release.ts';

export default command({
  name: 'release',
  summary: 'Take the leader key from a member that is no primary, so that another one leads',
  who: 'operator',
  args: z.object({ cluster: ClusterName, reason: Reason.optional() }),
  positionals: ['cluster'],
  examples: ['billing --dry-run', 'billing --reason "pg1 starts for minutes and holds the key"'],
  starts: release,
  input: ({ cluster }) => ({ cluster }),
});
