import { ClusterName, command, factsOf, lagChart, lagMessage, lagOverview } from '#kit';
import { z } from 'zod';

export default command({
  name: 'lag',
  summary: 'Write, flush and replay lag of every standby, slots, and a picture',
  who: 'viewer',
  args: z.object({ cluster: ClusterName.optional() }),
  positionals: ['cluster'],
  examples: ['billing', ''],
  async answer({ cluster }, view) {
    const facts = async (name: string) => factsOf(await view.snapshot(name), view.limits(name));
    if (cluster === undefined) return lagOverview(await Promise.all(view.clusters().map(({ name }) => facts(name))));
    const { name } = view.cluster(cluster);
    const [now, picture] = await Promise.all([facts(name), lagChart(name, view.lagHistory(name))]);
    return lagMessage(now, picture ? [picture] : []);
  },
});
