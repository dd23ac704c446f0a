import { command } from '#kit';
import { z } from 'zod';

export default command({
  name: 'totp-confirm',
  summary: 'Enter the first code of your authenticator app; from then on its codes count',
  who: 'viewer',
  args: z.object({ code: z.string() }),
  positionals: ['code'],
  secrets: ['code'],
  examples: ['123456'],
  records: ({ code }, ledger, by) => ledger.totpConfirm(by, code),
});
