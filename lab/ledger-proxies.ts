import { z } from 'zod';
import { haproxySocket, poolerTarget, statsUser } from './pooler.ts';
import { cluster, hostsWithRole, ledger, ports } from './inventory.ts';
import type { LabSecrets } from './secrets.ts';

type Config = Record<string, unknown>;

const Clusters = z.looseObject({ clusters: z.array(z.looseObject({ name: z.string() })) });
const Billing = z.looseObject({ probe: z.looseObject({ password: z.string() }) });

/** What the bot's configuration knows of the way to `ledger`, which is nothing by itself: HAProxies, VIP and probe, or PgBouncers too. */
export function listLedgerProxies(
  secrets: Pick<LabSecrets, 'hostKeys'>,
  { poolers = false }: { readonly poolers?: boolean } = {},
): (config: Config) => Config {
  return (config) => {
    const { clusters } = Clusters.parse(config);
    const { probe } = Billing.parse(clusters.find(({ name }) => name === cluster.name));
    const balancers = hostsWithRole('balancer').map(({ name, address: host }) => ({
      ...{ name, host, sshHostKey: secrets.hostKeys[name].publicKey },
    }));
    const way = {
      haproxy: {
        primaryBackend: ledger.name,
        hosts: balancers.map((one) => ({
          ...{ ...one, statsUrl: `http://${one.host}:${ports.haproxyStats}/`, socket: haproxySocket },
        })),
      },
      vip: cluster.vip,
      probe: { host: cluster.vip, port: ports.haproxyLedger, password: probe.password },
    };
    const [password, statsPassword] = ['pgbouncer-admin', 'pgbouncer-stats'].map((file) =>
      probe.password.replace(/[^/]+$/, file),
    );
    const pgbouncers = balancers.map((one) => {
      const { port, adminUser } = poolerTarget({ address: one.host });
      return { ...one, port, adminUser, password, statsUser, statsPassword, databases: [ledger.name] };
    });
    const changed = clusters.map((one) =>
      one.name === ledger.name ? { ...one, ...way, ...(poolers ? { pgbouncers } : {}) } : one,
    );
    return { ...config, clusters: changed };
  };
}
