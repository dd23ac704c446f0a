import { command, RunId } from '#kit';
import { z } from 'zod';

export default command({
  name: 'retry',
  summary: 'Have a halted run try its open step again; nothing is done twice',
  who: 'operator',
  args: z.object({ id: RunId, code: z.string().optional() }),
  positionals: ['id'],
  secrets: ['code'],
  examples: ['r4k2m9xq'],
  records: ({ id, code }, ledger, by) => ledger.decide(id, by, 'retry', code ? { code } : {}),
});
