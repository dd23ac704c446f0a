import { command, Reason, RunId } from '#kit';
import { z } from 'zod';

export default command({
  name: 'skip',
  summary: 'Have a halted run go on without its open step',
  who: 'operator',
  args: z.object({ id: RunId, reason: Reason, code: z.string().optional() }),
  positionals: ['id'],
  secrets: ['code'],
  examples: ['r4k2m9xq --reason "pg3 is being reinstalled"'],
  records: ({ id, reason, code }, ledger, by) => ledger.decide(id, by, 'skip', { reason, ...(code ? { code } : {}) }),
});
