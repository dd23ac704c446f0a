import { command, RunId } from '#kit';
import { z } from 'zod';

export default command({
  name: 'cancel',
  summary: 'Stop a run; it says what that means for the step in hand',
  who: 'operator',
  args: z.object({ id: RunId }),
  positionals: ['id'],
  examples: ['r4k2m9xq'],
  records: ({ id }, ledger, by) => ledger.cancel(id, by),
});
