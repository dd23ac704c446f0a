import { canMessage, ClusterName, command } from '#kit';
import { z } from 'zod';

export default command({
  name: 'can',
  summary: 'Who may ask for a runbook on a cluster and approve it, and why you may not',
  who: 'viewer',
  args: z.object({ cluster: ClusterName, runbook: z.string().max(60) }),
  positionals: ['cluster', 'runbook'],
  examples: ['billing switchover'],
  async answer({ cluster, runbook }, view, _help, rights) {
    const { name } = view.cluster(cluster);
    return canMessage(await rights.on(name, runbook.toLowerCase()));
  },
});
