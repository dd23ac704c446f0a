import { ClusterName, command, keptMessage } from '#kit';
import { z } from 'zod';

export default command({
  name: 'kept',
  summary: 'Old data directories and WAL of lost branches that runs have put aside',
  who: 'viewer',
  args: z.object({ cluster: ClusterName }),
  positionals: ['cluster'],
  examples: ['billing'],
  answer: ({ cluster }, view) => keptMessage(cluster, view),
});
