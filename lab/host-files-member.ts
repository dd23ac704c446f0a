import { etcdEnv } from '../src/stack/etcd-env.ts';
import { patroniYml } from '../src/stack/patroni-yml.ts';
import { pgbackrestConf } from '../src/stack/pgbackrest-conf.ts';
import { patroniDropIn, serviceUnits } from '../src/stack/service-units.ts';
import type { HostRecipe, LabSettings } from './host-recipe.ts';
import { binDirectory, cluster, dataDirectory, type Host, hostsWithRole, network, ports } from './inventory.ts';

/** etcd, Patroni and pgBackRest of a member. */
export function memberFiles(host: Host, settings: LabSettings): HostRecipe {
  const { generation } = settings;
  const repository = { stanza: cluster.stanza, path: '/var/lib/pgbackrest', retentionFull: 2 };
  const backups = pgbackrestConf(repository, [{ dataDirectory: dataDirectory(generation) }]);
  const etcd = {
    members: hostsWithRole('member'),
    token: cluster.name,
    dataDirectory: '/var/lib/etcd/billing',
    state: 'new',
    clientPort: ports.etcdClient,
    peerPort: ports.etcdPeer,
  } as const;
  return {
    files: [
      { path: '/etc/default/etcd', content: etcdEnv(etcd, host) },
      { path: '/etc/patroni/config.yml', content: patroni(host, settings), mode: 0o600, owner: 'postgres' },
      { path: '/etc/systemd/system/patroni.service.d/trunkline.conf', content: patroniDropIn },
      { path: '/etc/pgbackrest.conf', content: backups },
    ],
    units: serviceUnits.member.on,
    masked: serviceUnits.member.off,
  };
}

function patroni(host: Host, { generation, secrets, timings }: LabSettings): string {
  const members = hostsWithRole('member').map((member) => member.address);
  // The bare host may become a member too.
  const letIn = [...members, ...hostsWithRole('bare').map(({ address }) => address)];
  const { superuser, replication, rewind, rest } = secrets.passwords;
  const archiver = `pgbackrest --stanza=${cluster.stanza}`;
  const shared = {
    scope: cluster.scope,
    namespace: cluster.namespace,
    etcd: members.map((address) => `${address}:${ports.etcdClient}`),
    timings,
    maximumLagOnFailover: 1_048_576,
    watchdog: 'off',
    memberAddresses: letIn,
    clientNetworks: [network.cidr],
    archive: { command: `${archiver} archive-push %p`, restore: `${archiver} archive-get %f "%p"`, timeoutSeconds: 60 },
    parameters: { max_connections: 100, shared_buffers: '64MB', min_wal_size: '48MB' },
    credentials: {
      superuser: { username: 'postgres', password: superuser },
      replication: { username: 'replicator', password: replication },
      rewind: { username: 'rewinder', password: rewind },
      rest: { username: 'trunkline', password: rest },
    },
  } as const;
  return patroniYml(shared, {
    name: host.name,
    address: host.address,
    postgresPort: ports.postgres,
    restPort: ports.patroni,
    dataDirectory: dataDirectory(generation),
    binDirectory: binDirectory(generation),
  });
}
