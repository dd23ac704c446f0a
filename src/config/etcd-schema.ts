import { z } from 'zod';
import { TlsMaterial } from './address-fields.ts';
import { secret } from './fields.ts';

/** An etcd cluster, which several clusters may share. Only read: a user of etcd who may read the prefix is enough. */
export const EtcdSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  /** One a member, such as `https://10.0.0.11:2379`; the name or address must stand in its certificate. */
  endpoints: z.array(z.url()).min(1),
  username: z.string().min(1).optional(),
  password: secret().optional(),
  tls: TlsMaterial.optional(),
});
