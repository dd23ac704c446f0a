import { command, Reason, RunId } from '#kit';
import { z } from 'zod';

export default command({
  name: 'undo',
  summary: 'Have a halted run take back what it did, where it can',
  who: 'operator',
  args: z.object({ id: RunId, reason: Reason }),
  positionals: ['id'],
  examples: ['r4k2m9xq --reason "the maintenance is called off"'],
  records: ({ id, reason }, ledger, by) => ledger.decide(id, by, 'undo', reason),
});
