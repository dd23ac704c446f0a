import { haproxySocket, pgbouncers } from '../../lab/pooler.ts';
import { generations } from '../../lab/inventory.ts';
import { labFolder, labPaths } from '../../lab/paths.ts';
import { labSecrets } from '../../lab/secrets.ts';
import { z } from 'zod';
import { debian } from './scene.ts';

const Config = z.looseObject({
  clusters: z.tuple([
    z.looseObject({
      probe: z.looseObject({ password: z.string() }),
      haproxy: z.looseObject({ hosts: z.array(z.looseObject({})) }),
    }),
  ]),
});

/** Lists the balancers' PgBouncers and HAProxy's sockets in the bot's configuration, which has none by itself. */
export async function withPoolers(): Promise<(config: Record<string, unknown>) => Record<string, unknown>> {
  const secrets = await labSecrets(labPaths(generations[debian], labFolder()).secrets);
  return (config) => {
    const {
      clusters: [billing],
    } = Config.parse(config);
    const password = billing.probe.password.replace(/[^/]+$/, 'pgbouncer-admin');
    const haproxy = { ...billing.haproxy, hosts: billing.haproxy.hosts.map((host) => ({ ...host, socket: haproxySocket })) };
    return { ...config, clusters: [{ ...billing, haproxy, pgbouncers: pgbouncers(secrets, password) }] };
  };
}
