import { ClusterName, command, patroniScheduledParts, scheduledCard } from '#kit';
import { z } from 'zod';

const MOST = 200;

export default command({
  name: 'scheduled',
  summary: "What waits for its time: Trunkline's runs, and Patroni's own switchovers and restarts",
  who: 'viewer',
  args: z.object({ cluster: ClusterName.optional() }),
  positionals: ['cluster'],
  examples: ['', 'billing'],
  async answer({ cluster }, view) {
    const names = cluster === undefined ? view.clusters().map(({ name }) => name) : [view.cluster(cluster).name];
    const [open, snapshots] = await Promise.all([
      view.runs({ ...(cluster === undefined ? {} : { cluster }), open: true, limit: MOST }),
      Promise.all(names.map((name) => view.snapshot(name))),
    ]);
    const card = scheduledCard(open, cluster);
    const own = patroniScheduledParts(snapshots);
    return own.length === 0 ? card : { summary: `${card.summary}; Patroni itself has orders`, parts: [...card.parts, ...own] };
  },
});
