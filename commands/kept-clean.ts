import { ClusterName, command, KeptName, MemberName, Reason } from '#kit';
import { z } from 'zod';
import keptClean from '../runbooks/kept-clean.ts';

export default command({
  name: 'kept-clean',
  summary: 'Delete an old data directory or WAL that a run has put aside on a host',
  who: 'operator',
  args: z.object({ cluster: ClusterName, node: MemberName, folder: KeptName, reason: Reason.optional() }),
  positionals: ['cluster', 'node', 'folder'],
  examples: ['billing pg1 old-t6-3000000 --reason "the rebuild holds for a week"'],
  starts: keptClean,
  input: ({ cluster, node, folder }) => ({ cluster, node, folder }),
});
