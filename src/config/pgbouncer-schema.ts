import { z } from 'zod';
import { MemberName } from '../core/names.ts';
import { Host, Port } from './address-fields.ts';
import { hostKey, secret } from './fields.ts';
import { sshOverrides } from './ssh-schema.ts';

/** A PgBouncer in front of the cluster: it is paused while the leader changes, so that no query fails. */
export const PgBouncerSchema = z.strictObject({
  name: MemberName,
  host: Host,
  port: Port.default(6432),
  /** One of `admin_users` (pgbouncer.ini): PAUSE and RESUME need that. */
  adminUser: z.string().regex(/^[A-Za-z0-9_.-]{1,63}$/, 'a user of PgBouncer is letters, digits, dots, dashes and underscores'),
  password: secret(),
  /** The databases of this PgBouncer that belong to the cluster; only they are paused. */
  databases: z
    .array(z.string().regex(/^[A-Za-z0-9_.-]{1,63}$/, 'a database of PgBouncer is letters, digits, dots, dashes and underscores'))
    .min(1),
  sshHostKey: hostKey().optional(),
  ...sshOverrides,
});
export type PgBouncerConfig = z.output<typeof PgBouncerSchema>;
