import { haproxyCfg } from '../src/stack/haproxy-cfg.ts';
import { haproxyPlainListen } from '../src/stack/haproxy-plain.ts';
import { keepalivedConf } from '../src/stack/keepalived-conf.ts';
import { keepalivedDropIn, serviceUnits } from '../src/stack/service-units.ts';
import { haproxySocket, poolerTarget, statsUser } from './pooler.ts';
import { proxySudoGrants } from '../src/hosts/sudo-grants.ts';
import { pgbouncerIni, pgbouncerUsers } from '../src/stack/pgbouncer-ini.ts';
import { sudoers } from '../src/stack/sudoers.ts';
import type { HostFile, HostRecipe, LabSettings } from './host-recipe.ts';
import { cluster, type Host, hostsWithRole, ledger, network, ports } from './inventory.ts';

/** HAProxy, Keepalived and PgBouncer of one host of the pair. */
export function balancerFiles(host: Host, { secrets }: LabSettings): HostRecipe {
  const pair = hostsWithRole('balancer');
  const haproxy = haproxyCfg({
    members: hostsWithRole('member'),
    postgresPort: ports.postgres,
    restPort: ports.patroni,
    writePort: ports.haproxyWrite,
    readPort: ports.haproxyRead,
    statsPort: ports.haproxyStats,
    maxConnections: 100,
  });
  const plain = haproxyPlainListen({
    ...{ name: ledger.name, port: ports.haproxyLedger, checkRole: ledger.checkRole, maxConnections: 100 },
    ...{ members: hostsWithRole('standalone'), postgresPort: ports.postgres },
  });
  const keepalived = keepalivedConf({
    routerId: host.name,
    address: host.address,
    peers: pair.filter((other) => other.name !== host.name).map((other) => other.address),
    interface: 'eth0',
    virtualRouterId: 51,
    priority: 110 - pair.findIndex((other) => other.name === host.name) * 10,
    virtualAddress: `${cluster.vip}/${network.prefixLength}`,
  });
  return {
    files: [
      { path: '/etc/haproxy/haproxy.cfg', content: `${haproxy}\n${plain}` },
      { path: '/etc/keepalived/keepalived.conf', content: keepalived },
      ...poolerFiles(host, secrets.passwords),
      { path: '/etc/systemd/system/keepalived.service.d/trunkline.conf', content: keepalivedDropIn },
    ],
    units: serviceUnits.balancer.on,
    masked: serviceUnits.balancer.off,
  };
}

/** Clients of the pooler log in as the probe does; its servers are reached by the HAProxy of the same host. */
function poolerFiles(host: Host, passwords: LabSettings['secrets']['passwords']): readonly HostFile[] {
  const target = poolerTarget(host);
  const names = (role: 'member' | 'standalone') => hostsWithRole(role).map(({ name }) => name);
  const settings = {
    databases: [
      { name: cluster.probeDatabase, host: '127.0.0.1', port: ports.haproxyWrite },
      { name: ledger.name, host: '127.0.0.1', port: ports.haproxyLedger, database: cluster.probeDatabase },
    ],
    listenPort: target.port,
    adminUser: target.adminUser,
    statsUser,
    usersFile: '/etc/pgbouncer/userlist.txt',
    poolSize: 3,
  };
  const haproxy = (backend: string, servers: readonly string[]) => ({ socket: haproxySocket, backend, servers });
  const grants = [
    ...proxySudoGrants({ haproxy: haproxy('primary', names('member')), poolers: [target] }),
    ...proxySudoGrants({
      haproxy: haproxy(ledger.name, names('standalone')),
      poolers: [{ ...target, databases: [ledger.name] }],
    }),
  ];
  const users = { [target.adminUser]: passwords.pooler, [statsUser]: passwords.poolerStats, trunkline_probe: passwords.probe };
  return [
    { path: '/etc/pgbouncer/pgbouncer.ini', content: pgbouncerIni(settings), owner: 'postgres', mode: 0o640 },
    { path: settings.usersFile, content: pgbouncerUsers(users), owner: 'postgres', mode: 0o600 },
    { path: '/etc/sudoers.d/trunkline-proxies', content: sudoers('trunkline', grants), mode: 0o440 },
  ];
}
