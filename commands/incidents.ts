import { ClusterName, command, incidentsCard } from '#kit';
import { z } from 'zod';

const MOST = 20;

export default command({
  name: 'incidents',
  summary: 'List the open incidents, with --all those of the last days as well',
  who: 'viewer',
  args: z.object({ cluster: ClusterName.optional(), all: z.boolean().optional() }),
  positionals: ['cluster'],
  examples: ['', 'billing', 'billing --all'],
  async answer({ cluster, all = false }, view) {
    const of = cluster === undefined ? {} : { cluster };
    const incidents = await view.incidents({ ...of, resolved: all, limit: MOST });
    return incidentsCard(incidents, { nowMs: view.now(), of: cluster, all });
  },
});
