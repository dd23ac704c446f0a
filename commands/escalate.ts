import { command, IncidentName, Reason } from '#kit';
import { z } from 'zod';

export default command({
  name: 'escalate',
  summary: 'Call the next in line about an incident, at once',
  who: 'operator',
  args: z.object({ id: IncidentName, note: Reason.optional() }),
  positionals: ['id'],
  examples: ['i4k2m9xq', 'i4k2m9xq --note "needs the network team"'],
  records: ({ id, note }, ledger, by) => ledger.escalate(id, by, note),
});
