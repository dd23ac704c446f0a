import { ClusterName, command, runsCard } from '#kit';
import { z } from 'zod';

export default command({
  name: 'runs',
  summary: 'List the runs, the newest first',
  who: 'viewer',
  args: z.object({ cluster: ClusterName.optional(), open: z.boolean().optional() }),
  positionals: ['cluster'],
  examples: ['', 'billing', '--open'],
  async answer({ cluster, open }, view) {
    if (cluster !== undefined) view.cluster(cluster);
    const runs = await view.runs({ ...(cluster === undefined ? {} : { cluster }), ...(open ? { open } : {}), limit: 10 });
    return runsCard(runs, { nowMs: view.now(), ...(cluster === undefined ? {} : { cluster }) });
  },
});
