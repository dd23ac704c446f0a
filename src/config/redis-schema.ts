import { z } from 'zod';
import { Host, Port } from './address-fields.ts';
import { secret } from './fields.ts';

/** The only server that the bot needs. */
export const RedisSchema = z.strictObject({
  host: Host,
  port: Port.default(6379),
  username: z.string().optional(),
  password: secret().optional(),
  tls: z.boolean().default(false),
  db: z.number().int().min(0).default(0),
  prefix: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('trunkline'),
  /** Waives `appendfsync always`; for a trial only. */
  demo: z.boolean().default(false),
});
