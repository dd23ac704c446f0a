import { command, IncidentName, Reason } from '#kit';
import { z } from 'zod';

export default command({
  name: 'resolve',
  summary: 'End an incident by hand; most end by themselves',
  who: 'operator',
  args: z.object({ id: IncidentName, reason: Reason }),
  positionals: ['id'],
  examples: ['i4k2m9xq --reason "the slot belongs to a test, OPS-77"'],
  records: ({ id, reason }, ledger, by) => ledger.resolve(id, by, reason),
});
