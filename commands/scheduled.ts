import { ClusterName, command, scheduledCard } from '#kit';
import { z } from 'zod';

const MOST = 200;

export default command({
  name: 'scheduled',
  summary: 'The runs that wait for their time, the next first',
  who: 'viewer',
  args: z.object({ cluster: ClusterName.optional() }),
  positionals: ['cluster'],
  examples: ['', 'billing'],
  async answer({ cluster }, view) {
    if (cluster !== undefined) view.cluster(cluster);
    return scheduledCard(await view.runs({ ...(cluster === undefined ? {} : { cluster }), open: true, limit: MOST }), cluster);
  },
});
