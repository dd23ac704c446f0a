import { activityMessage, ClusterName, command, findPrimary, MemberName, memberNamed } from '#kit';
import { z } from 'zod';

export default command({
  name: 'activity',
  summary: 'Who blocks whom, long transactions, prepared ones, vacuums and backups',
  who: 'viewer',
  args: z.object({ cluster: ClusterName, member: MemberName.optional() }),
  positionals: ['cluster', 'member'],
  examples: ['billing', 'billing pg2'],
  async answer({ cluster, member }, view) {
    const { name } = view.cluster(cluster);
    const on = member === undefined ? await findPrimary(view, name) : memberNamed(view, name, member);
    return activityMessage({ cluster: name, member: on, limits: view.limits(name) }, await view.sessions(name, on));
  },
});
