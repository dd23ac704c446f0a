import { command, Reason, RunId } from '#kit';
import { z } from 'zod';

export default command({
  name: 'deny',
  summary: 'Deny what another person asked for, with a reason',
  who: 'approver',
  args: z.object({ id: RunId, reason: Reason }),
  positionals: ['id'],
  examples: ['r4k2m9xq --reason "a backup is running"'],
  records: ({ id, reason }, ledger, by) => ledger.deny(id, by, reason),
});
