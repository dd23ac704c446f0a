import { command, Reason, RunId } from '#kit';
import { z } from 'zod';

export default command({
  name: 'skip',
  summary: 'Have a halted run go on without its open step',
  who: 'operator',
  args: z.object({ id: RunId, reason: Reason }),
  positionals: ['id'],
  examples: ['r4k2m9xq --reason "pg3 is being reinstalled"'],
  records: ({ id, reason }, ledger, by) => ledger.decide(id, by, 'skip', reason),
});
