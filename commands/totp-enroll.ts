import { command } from '#kit';
import { z } from 'zod';

export default command({
  name: 'totp-enroll',
  summary: 'Get one-time codes for approvals: a key for your authenticator app, in a direct message',
  who: 'viewer',
  args: z.object({}),
  examples: [''],
  records: (_args, ledger, by) => ledger.totpEnroll(by),
});
