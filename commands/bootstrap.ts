import { ClusterName, command, MemberName, NO_RATE_LIMIT, RateText, Reason } from '#kit';
import { z } from 'zod';
import bootstrap from '../runbooks/bootstrap.ts';
import patroniBootstrap from '../runbooks/patroni-bootstrap.ts';

export default command({
  name: 'bootstrap',
  summary: 'Make a standby of a bare host that the configuration names as a member',
  who: 'operator',
  args: z.object({
    cluster: ClusterName,
    host: MemberName,
    maxRate: RateText.optional(),
    discard: MemberName.optional(),
    reason: Reason.optional(),
  }),
  positionals: ['cluster', 'host'],
  examples: ['ledger c1', 'ledger c1 --max-rate 50MiB --reason "third standby"', 'ledger c1 --discard c1'],
  starts: bootstrap,
  byMode: { patroni: patroniBootstrap },
  input: ({ cluster, host, maxRate = NO_RATE_LIMIT, discard }) => ({
    ...{ cluster, member: host, maxRateKibPerSecond: maxRate },
    ...(discard ? { discard } : {}),
  }),
});
