import { command, Reason, RunId } from '#kit';
import { z } from 'zod';

export default command({
  name: 'review',
  summary: 'Close the review of a change that somebody else made without approval',
  who: 'approver',
  args: z.object({ id: RunId, says: Reason }),
  positionals: ['id'],
  examples: ['r4k2m9xq --says "right call, the disk of pg1 was full; alert added in OPS-812"'],
  records: ({ id, says }, ledger, by) => ledger.review(id, by, says),
});
