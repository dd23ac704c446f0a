import { command, RunId } from '#kit';
import { z } from 'zod';

export default command({
  name: 'approve',
  summary: 'Approve what another person asked for',
  who: 'approver',
  args: z.object({ id: RunId, code: z.string().optional() }),
  positionals: ['id'],
  secrets: ['code'],
  examples: ['r4k2m9xq', 'r4k2m9xq --code 123456'],
  records: ({ id, code }, ledger, by) => ledger.approve(id, by, code),
});
