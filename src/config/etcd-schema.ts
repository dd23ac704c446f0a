import { z } from 'zod';
import { Tls } from './address-fields.ts';
import { secret } from './fields.ts';

/** An etcd cluster, which several clusters may share. */
export const EtcdSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  endpoints: z.array(z.url()).min(1),
  username: z.string().optional(),
  password: secret().optional(),
  tls: Tls.optional(),
});
