import { z } from 'zod';
import { Host, Port, Tls } from './address-fields.ts';
import { duration, secret } from './fields.ts';

const server = (port: number) => z.strictObject({ host: Host, port: Port.default(port) });

/** The only server that the bot needs: one (`host`), a primary that `sentinels` know, or a `cluster`. */
export const RedisSchema = z.strictObject({
  host: Host.optional(),
  port: Port.default(6379),
  sentinels: z.array(server(26379)).min(1).optional(),
  /** The name by which the Sentinels know the primary (`sentinel monitor NAME`). */
  sentinelName: z.string().min(1).optional(),
  sentinelUsername: z.string().optional(),
  sentinelPassword: secret().optional(),
  cluster: z.array(server(6379)).min(1).optional(),
  username: z.string().optional(),
  password: secret().optional(),
  tls: z.union([z.boolean(), Tls]).default(false),
  db: z.number().int().min(0).default(0),
  prefix: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('trunkline'),
  /** Replicas that must have a write before an effect follows it; one with `sentinels` or a `cluster`, otherwise none, if not given. */
  replicas: z
    .strictObject({
      confirm: z.number().int().min(0).max(10),
      within: duration()
        .refine((millis) => millis >= 10 && millis <= 3000, 'between 10ms and 3s')
        .prefault('1s'),
    })
    .optional(),
  /** How long a run that has ended is kept, with its journal; the audit log is kept for ever. */
  keepRuns: duration().prefault('400d'),
  /** Waives `appendfsync always`; for a trial only. */
  demo: z.boolean().default(false),
});
