import { command, RunId } from '#kit';
import { z } from 'zod';

export default command({
  name: 'withdraw',
  summary: 'Take back your own request before it runs',
  who: 'operator',
  args: z.object({ id: RunId }),
  positionals: ['id'],
  examples: ['r4k2m9xq'],
  records: ({ id }, ledger, by) => ledger.withdraw(id, by),
});
