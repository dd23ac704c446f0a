import { ClusterName, command, MemberName, NO_RATE_LIMIT, RateText, Reason } from '#kit';
import { z } from 'zod';
import bootstrap from '../runbooks/bootstrap.ts';

export default command({
  name: 'bootstrap',
  summary: 'Make a streaming standby of a bare host of the configuration',
  who: 'operator',
  args: z.object({ cluster: ClusterName, host: MemberName, maxRate: RateText.optional(), reason: Reason.optional() }),
  positionals: ['cluster', 'host'],
  examples: ['ledger c1', 'ledger c1 --max-rate 50MiB --reason "third standby"'],
  starts: bootstrap,
  input: ({ cluster, host, maxRate = NO_RATE_LIMIT }) => ({ cluster, member: host, maxRateKibPerSecond: maxRate }),
});
