import { ClusterName, command, DurationText, Reason, SituationWord, Subject } from '#kit';
import { z } from 'zod';

export default command({
  name: 'silence',
  summary: 'Call nobody about a cluster, or one situation of it, for a while',
  who: 'operator',
  args: z.object({
    ...{ cluster: ClusterName, situation: SituationWord.optional(), about: Subject.optional() },
    ...{ for: DurationText, reason: Reason },
  }),
  positionals: ['cluster', 'situation'],
  examples: [
    'billing --for 2h --reason "storage migration"',
    'billing replication-lag --about pg2 --for 30m --reason "bulk load"',
  ],
  records: ({ cluster, situation, about, reason, for: forMs }, ledger, by) =>
    ledger.silence({ cluster, ...(situation ? { situation } : {}), ...(about ? { about } : {}), reason, forMs }, by),
});
