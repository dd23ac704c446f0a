import { ClusterName, command, DurationText, Reason } from '#kit';
import { z } from 'zod';

export default command({
  name: 'lock',
  summary: 'Keep a cluster for yourself for a while: changes by others are refused',
  who: 'operator',
  args: z.object({ cluster: ClusterName, reason: Reason, for: DurationText }),
  positionals: ['cluster'],
  examples: ['billing --reason "storage migration, OPS-77" --for 2h'],
  records: ({ cluster, reason, for: forMs }, ledger, by) => ledger.lock(cluster, by, { reason, forMs }),
});
