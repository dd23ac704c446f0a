import { ClusterName, command, judge, overviewMessage, readContext, readJudged, statusMessage } from '#kit';
import { z } from 'zod';

export default command({
  name: 'status',
  summary: 'Who leads, who streams, what is wrong; or all clusters, worst first',
  who: 'viewer',
  args: z.object({ cluster: ClusterName.optional(), all: z.boolean().default(false) }),
  positionals: ['cluster'],
  examples: ['billing', 'billing --all', ''],
  async answer({ cluster, all }, view) {
    if (cluster === undefined) {
      const judged = await Promise.all(view.clusters().map((one) => readJudged(view, one)));
      return overviewMessage(judged, view.now());
    }
    const { name } = view.cluster(cluster);
    const [snapshot, context] = await Promise.all([view.snapshot(name), readContext(view, name)]);
    return statusMessage(judge(snapshot, view.limits(name)), context, { all });
  },
});
