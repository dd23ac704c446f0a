import { command, RunId } from '#kit';
import { z } from 'zod';

export default command({
  name: 'again',
  summary: 'Ask for a stale or expired request again, as it was asked',
  who: 'operator',
  args: z.object({ id: RunId }),
  positionals: ['id'],
  examples: ['r4k2m9xq'],
  records: ({ id }, ledger, by) => ledger.again(id, by),
});
