import { haproxyCfg } from '../src/stack/haproxy-cfg.ts';
import { keepalivedConf } from '../src/stack/keepalived-conf.ts';
import { keepalivedDropIn, serviceUnits } from '../src/stack/service-units.ts';
import type { HostRecipe } from './host-recipe.ts';
import { cluster, type Host, hostsWithRole, network, ports } from './inventory.ts';

/** HAProxy and Keepalived of one host of the pair. */
export function balancerFiles(host: Host): HostRecipe {
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
      { path: '/etc/systemd/system/keepalived.service.d/trunkline.conf', content: keepalivedDropIn },
    ],
    units: serviceUnits.balancer.on,
    masked: serviceUnits.balancer.off,
  };
}
