import { command, SilenceId } from '#kit';
import { z } from 'zod';

export default command({
  name: 'unsilence',
  summary: 'End a silence; what lasts is posted then',
  who: 'operator',
  args: z.object({ id: SilenceId }),
  positionals: ['id'],
  examples: ['s4k2m9xq'],
  records: ({ id }, ledger, by) => ledger.unsilence(id, by),
});
