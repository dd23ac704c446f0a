import { ClusterName, command, historyMessage, readHistory } from '#kit';
import { z } from 'zod';

export default command({
  name: 'history',
  summary: 'The timelines of a cluster, newest first, with who changed the leader and why',
  who: 'viewer',
  args: z.object({ cluster: ClusterName }),
  positionals: ['cluster'],
  examples: ['billing'],
  answer: async ({ cluster }, view) => historyMessage(await readHistory(view, cluster)),
});
