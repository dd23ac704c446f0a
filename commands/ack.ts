import { command, IncidentName, Reason } from '#kit';
import { z } from 'zod';

export default command({
  name: 'ack',
  summary: 'Take up an incident: nobody further is called about it',
  who: 'operator',
  args: z.object({ id: IncidentName, note: Reason.optional() }),
  positionals: ['id'],
  examples: ['i4k2m9xq', 'i4k2m9xq --note "on my way to the console"'],
  records: ({ id, note }, ledger, by) => ledger.acknowledge(id, by, note),
});
