import { ClusterName, command, parseSettings, Reason } from '#kit';
import { z } from 'zod';
import configSet from '../runbooks/config-set.ts';

export default command({
  name: 'config-set',
  summary: 'Change settings of the dynamic configuration; shows the difference first',
  who: 'operator',
  args: z.object({ cluster: ClusterName, settings: z.array(z.string()).min(1), reason: Reason.optional() }),
  positionals: ['cluster', 'settings'],
  examples: [
    'billing work_mem=64MB --reason "sorts spill, OPS-90"',
    'billing ttl=30 loop_wait=10 retry_timeout=10',
    'billing log_min_duration_statement=null',
  ],
  starts: configSet,
  input: ({ cluster, settings }) => ({ cluster, set: parseSettings(settings) }),
});
