import { command, RunId } from '#kit';
import { z } from 'zod';

export default command({
  name: 'abandon',
  summary: 'Give up a halted run: its locks are let go, nothing is undone',
  who: 'operator',
  args: z.object({ id: RunId }),
  positionals: ['id'],
  examples: ['r4k2m9xq'],
  records: ({ id }, ledger, by) => ledger.decide(id, by, 'abandon'),
});
