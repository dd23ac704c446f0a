import { haproxyCfg } from '../src/stack/haproxy-cfg.ts';
import { keepalivedConf } from '../src/stack/keepalived-conf.ts';
import { keepalivedDropIn, serviceUnits } from '../src/stack/service-units.ts';
import { haproxySocket, poolerTarget, statsUser } from './pooler.ts';
import { proxySudoGrants } from '../src/hosts/sudo-grants.ts';
import { pgbouncerIni, pgbouncerUsers } from '../src/stack/pgbouncer-ini.ts';
import { sudoers } from '../src/stack/sudoers.ts';
import type { HostFile, HostRecipe, LabSettings } from './host-recipe.ts';
import { cluster, type Host, hostsWithRole, network, ports } from './inventory.ts';

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
      { path: '/etc/haproxy/haproxy.cfg', content: haproxy },
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
  const members = hostsWithRole('member').map(({ name }) => name);
  const settings = {
    databases: [{ name: cluster.probeDatabase, host: '127.0.0.1', port: ports.haproxyWrite }],
    listenPort: target.port,
    adminUser: target.adminUser,
    statsUser,
    usersFile: '/etc/pgbouncer/userlist.txt',
    poolSize: 3,
  };
  const haproxy = { socket: haproxySocket, backend: 'primary', servers: members };
  const grants = proxySudoGrants({ haproxy, poolers: [target] });
  const users = { [target.adminUser]: passwords.pooler, [statsUser]: passwords.poolerStats, trunkline_probe: passwords.probe };
  return [
    { path: '/etc/pgbouncer/pgbouncer.ini', content: pgbouncerIni(settings), owner: 'postgres', mode: 0o640 },
    { path: settings.usersFile, content: pgbouncerUsers(users), owner: 'postgres', mode: 0o600 },
    { path: '/etc/sudoers.d/trunkline-proxies', content: sudoers('trunkline', grants), mode: 0o440 },
  ];
}
