import { z } from 'zod';
import { Port } from './address-fields.ts';

/** How the hosts of a cluster are reached. */
export const SshSchema = z.strictObject({
  user: z.string().regex(/^[a-z_][a-z0-9_-]*$/),
  port: Port.default(22),
  privateKeyFile: z.string(),
});
