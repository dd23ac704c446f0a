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
    const filter = { ...(cluster === undefined ? {} : { cluster }), ...(open ? { open } : {}), limit: 10 };
    const [runs, unreadable] = await Promise.all([view.runs(filter), view.unreadableRuns(filter)]);
    return runsCard(runs, { unreadable, nowMs: view.now(), ...(cluster === undefined ? {} : { cluster }) });
  },
});
