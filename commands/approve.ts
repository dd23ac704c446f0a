import { command, RunId } from '#kit';
import { z } from 'zod';

export default command({
  name: 'approve',
  summary: 'Approve what another person asked for',
  who: 'approver',
  args: z.object({ id: RunId }),
  positionals: ['id'],
  examples: ['r4k2m9xq'],
  records: ({ id }, ledger, by) => ledger.approve(id, by),
});
