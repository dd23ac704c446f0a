import { ClusterName, command } from '#kit';
import { z } from 'zod';

export default command({
  name: 'unlock',
  summary: 'End a maintenance lock: your own, or as an admin anybody’s',
  who: 'operator',
  args: z.object({ cluster: ClusterName }),
  positionals: ['cluster'],
  examples: ['billing'],
  records: ({ cluster }, ledger, by) => ledger.unlock(cluster, by),
});
