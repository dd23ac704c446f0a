import { z } from 'zod';
import { MemberName } from '../core/names.ts';
import { Host, Port } from './address-fields.ts';
import { hostKey, secret } from './fields.ts';
import { sshOverrides } from './ssh-schema.ts';

const PoolerUser = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,63}$/, 'a user of PgBouncer is letters, digits, dots, dashes and underscores');

/** A PgBouncer in front of the cluster: it is paused while the leader changes, so that no query fails. */
export const PgBouncerSchema = z.strictObject({
  name: MemberName,
  host: Host,
  port: Port.default(6432),
  /** One of `admin_users` (pgbouncer.ini): PAUSE and RESUME need that. */
  adminUser: PoolerUser,
  /** Of `adminUser`; the worker alone reads it. */
  password: secret(),
  /** One of `stats_users` (pgbouncer.ini), who may SHOW and nothing else: what the bot, and every look, logs in as. */
  statsUser: PoolerUser,
  statsPassword: secret(),
  /** The databases of this PgBouncer that belong to the cluster; only they are paused. */
  databases: z
    .array(z.string().regex(/^[A-Za-z0-9_.-]{1,63}$/, 'a database of PgBouncer is letters, digits, dots, dashes and underscores'))
    .min(1),
  sshHostKey: hostKey().optional(),
  ...sshOverrides,
});
export type PgBouncerConfig = z.output<typeof PgBouncerSchema>;
