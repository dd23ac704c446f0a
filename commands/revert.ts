import { command, RunId } from '#kit';
import { z } from 'zod';

export default command({
  name: 'revert',
  summary: 'Ask for what takes a run back that changed the configuration; a request of its own',
  who: 'operator',
  args: z.object({ id: RunId }),
  positionals: ['id'],
  examples: ['r4k2m9xq'],
  records: ({ id }, ledger, by) => ledger.revert(id, by),
});
