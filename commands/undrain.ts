import { ClusterName, command, MemberName, Reason } from '#kit';
import { z } from 'zod';
import undrain from '../runbooks/undrain.ts';

export default command({
  name: 'undrain',
  summary: 'Give a drained replica its readers and candidacy back',
  who: 'operator',
  args: z.object({ cluster: ClusterName, member: MemberName, reason: Reason.optional() }),
  positionals: ['cluster', 'member'],
  examples: ['billing pg2'],
  starts: undrain,
  input: ({ cluster, member }) => ({ cluster, member }),
});
