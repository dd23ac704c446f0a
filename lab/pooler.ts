import { cluster, type Host, hostsWithRole, ports } from './inventory.ts';
import type { LabSecrets } from './secrets.ts';

/** HAProxy's runtime socket on a balancer (haproxy-cfg.ts). */
export const haproxySocket = '/run/haproxy/admin.sock';

/** The PgBouncer of a balancer as the bot's commands know it. */
export function poolerTarget({ address }: Pick<Host, 'address'>) {
  const adminUser = 'trunkline_admin';
  return { host: address, port: ports.pgbouncer, adminUser, databases: [cluster.probeDatabase], user: 'trunkline' };
}

/** The `pgbouncers` of the bot's configuration, for tests that want them; `password` is a reference. */
export function pgbouncers({ hostKeys }: Pick<LabSecrets, 'hostKeys'>, password: string): readonly object[] {
  return hostsWithRole('balancer').map((host) => {
    const { port, adminUser, databases } = poolerTarget(host);
    const { name, address } = host;
    return { name, host: address, port, adminUser, password, databases, sshHostKey: hostKeys[name].publicKey };
  });
}
