import { command } from '#kit';
import { z } from 'zod';

export default command({
  name: 'totp-reset',
  summary: "Void somebody's one-time codes, by their member ID; they enrol again",
  who: 'admin',
  args: z.object({ person: z.string().max(80) }),
  positionals: ['person'],
  examples: ['U0123ABCD'],
  records: ({ person }, ledger, by) => ledger.totpReset(by, person),
});
