import { command, Reason, RunId } from '#kit';
import { z } from 'zod';

export default command({
  name: 'undo',
  summary: 'Have a halted run take back what it did, where it can',
  who: 'operator',
  args: z.object({ id: RunId, reason: Reason, code: z.string().optional() }),
  positionals: ['id'],
  secrets: ['code'],
  examples: ['r4k2m9xq --reason "the maintenance is called off"'],
  records: ({ id, reason, code }, ledger, by) => ledger.decide(id, by, 'undo', { reason, ...(code ? { code } : {}) }),
});
