import { command, RunId } from '#kit';
import { z } from 'zod';

export default command({
  name: 'confirm',
  summary: 'Confirm your own request, where the policy asks for a second click',
  who: 'operator',
  args: z.object({ id: RunId, code: z.string().optional() }),
  positionals: ['id'],
  secrets: ['code'],
  examples: ['r4k2m9xq', 'r4k2m9xq --code 123456'],
  records: ({ id, code }, ledger, by) => ledger.confirm(id, by, code),
});
