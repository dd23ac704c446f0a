import { z } from 'zod';
import { cluster, type Host, hostsWithRole, ports } from './inventory.ts';
import type { LabSecrets } from './secrets.ts';

/** HAProxy's runtime socket on a balancer (haproxy-cfg.ts). */
export const haproxySocket = '/run/haproxy/admin.sock';

/** Who may SHOW, and nothing else. */
export const statsUser = 'trunkline_stats';

/** The PgBouncer of a balancer as the bot's commands know it. */
export function poolerTarget({ address }: Pick<Host, 'address'>) {
  const adminUser = 'trunkline_admin';
  return { host: address, port: ports.pgbouncer, adminUser, databases: [cluster.probeDatabase], user: 'trunkline' };
}

/** The `pgbouncers` of the bot's configuration, for tests that want them; both passwords are references. */
function pgbouncers({ hostKeys }: Pick<LabSecrets, 'hostKeys'>, password: string, statsPassword: string): readonly object[] {
  return hostsWithRole('balancer').map((host) => {
    const { port, adminUser, databases } = poolerTarget(host);
    const { name, address } = host;
    return {
      name,
      host: address,
      port,
      adminUser,
      password,
      statsUser,
      statsPassword,
      databases,
      sshHostKey: hostKeys[name].publicKey,
    };
  });
}

const Config = z.looseObject({
  clusters: z.tuple([
    z.looseObject({
      probe: z.looseObject({ password: z.string() }),
      haproxy: z.looseObject({ hosts: z.array(z.looseObject({})) }),
    }),
  ]),
});

/** Lists the balancers' PgBouncers and HAProxy's sockets in the bot's configuration, which has none by itself. */
export function listPoolers(secrets: Pick<LabSecrets, 'hostKeys'>): (config: Record<string, unknown>) => Record<string, unknown> {
  return (config) => {
    const {
      clusters: [billing],
    } = Config.parse(config);
    const file = (name: string) => billing.probe.password.replace(/[^/]+$/, name);
    const haproxy = { ...billing.haproxy, hosts: billing.haproxy.hosts.map((host) => ({ ...host, socket: haproxySocket })) };
    return {
      ...config,
      clusters: [{ ...billing, haproxy, pgbouncers: pgbouncers(secrets, file('pgbouncer-admin'), file('pgbouncer-stats')) }],
    };
  };
}
