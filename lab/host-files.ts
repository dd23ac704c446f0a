import { createHash } from 'node:crypto';
import { layoutOf } from '../src/hosts/host-layout.ts';
import { readingGrants, sudoGrants } from '../src/hosts/sudo-grants.ts';
import { pgbackrestConf } from '../src/stack/pgbackrest-conf.ts';
import { sshdConf } from '../src/stack/sshd-conf.ts';
import { sudoers } from '../src/stack/sudoers.ts';
import { balancerFiles } from './host-files-balancer.ts';
import { memberFiles } from './host-files-member.ts';
import { standaloneFiles } from './host-files-standalone.ts';
import type { HostFile, HostRecipe, LabSettings } from './host-recipe.ts';
import { cluster, dataDirectory, type Generation, type Host, hosts, hostsWithRole, ports } from './inventory.ts';
import { knownHostsText } from './secrets.ts';

/** Everything that makes a copy of the base image into one host of the lab. Pure. */
export function hostRecipe(host: Host, settings: LabSettings): HostRecipe {
  const common = commonFiles(host, settings);
  const none = { files: [], units: [], masked: [] };
  const own = {
    member: () => memberFiles(host, settings),
    balancer: () => balancerFiles(host, settings),
    standalone: () => standaloneFiles(host, settings),
    backup: () => ({ ...none, files: backupFiles(settings) }),
    bare: () => none,
  }[host.role]();
  const keys = host.role === 'member' || host.role === 'backup' ? postgresKeys(settings) : [];
  // Nobody logs in through PAM's session: without logind a host boots a quarter of a second sooner.
  return { ...own, files: [...common, ...keys, ...own.files], masked: [...own.masked, 'systemd-logind.service'] };
}

function commonFiles(host: Host, { generation, secrets }: LabSettings): HostFile[] {
  const layout = layoutOf({ dataDirectory: dataDirectory(generation) });
  const names = [...hosts.map(({ name, address }) => `${address} ${name}\n`), `${cluster.vip} ${cluster.name}\n`];
  // Also those for hosts without systemd, as tests run long work in either way.
  const backups = { tool: 'pgBackRest', of: cluster.stanza } as const;
  const peers = hosts.map(({ address }) => ({ host: address, port: ports.postgres }));
  const granted = sudoers('trunkline', sudoGrants(layout, backups), { withoutSystemd: true });
  const reading = sudoers('trunkline-read', readingGrants(layout, peers, backups));
  const hostKey = '/etc/ssh/ssh_host_ed25519_key';
  const privately = { mode: 0o600 };
  return [
    { path: '/etc/hostname', content: `${host.name}\n` },
    { path: '/etc/hosts', content: `127.0.0.1 localhost\n${names.join('')}` },
    { path: '/etc/machine-id', content: `${machineId(host, generation)}\n` },
    { path: hostKey, content: secrets.hostKeys[host.name].privateKey, ...privately },
    { path: `${hostKey}.pub`, content: `${secrets.hostKeys[host.name].publicKey}\n` },
    { path: '/etc/ssh/ssh_known_hosts', content: knownHostsText(secrets.hostKeys) },
    {
      path: '/etc/ssh/sshd_config.d/lab.conf',
      content: sshdConf({ hostKey, allowUsers: ['root', 'trunkline', 'trunkline-read', 'postgres'] }),
    },
    { path: '/root/.ssh/authorized_keys', content: `${secrets.lab.publicKey}\n`, ...privately },
    {
      path: '/var/lib/trunkline/.ssh/authorized_keys',
      content: `${secrets.trunkline.publicKey}\n`,
      ...privately,
      owner: 'trunkline',
    },
    {
      path: '/var/lib/trunkline-read/.ssh/authorized_keys',
      content: `${secrets.reader.publicKey}\n`,
      ...privately,
      owner: 'trunkline-read',
    },
    { path: '/etc/sudoers.d/trunkline', content: granted, mode: 0o440 },
    { path: '/etc/sudoers.d/trunkline-read', content: reading, mode: 0o440 },
    {
      path: '/etc/systemd/journald.conf.d/lab.conf',
      content: '[Journal]\nStorage=persistent\nSystemMaxUse=64M\nRateLimitBurst=0\n',
    },
  ];
}

/** The backup host logs in to the members as postgres, and they to it. */
function postgresKeys({ secrets }: LabSettings): HostFile[] {
  const own = { owner: 'postgres', mode: 0o600 } as const;
  return [
    { path: '/var/lib/postgresql/.ssh/id_ed25519', content: secrets.postgres.privateKey, ...own },
    { path: '/var/lib/postgresql/.ssh/authorized_keys', content: `${secrets.postgres.publicKey}\n`, ...own },
  ];
}

function backupFiles({ generation }: LabSettings): HostFile[] {
  const members = hostsWithRole('member').map(({ address }) => ({ address, dataDirectory: dataDirectory(generation) }));
  const repository = { stanza: cluster.stanza, path: '/var/lib/pgbackrest', retentionFull: 2 };
  return [{ path: '/etc/pgbackrest.conf', content: pgbackrestConf(repository, members) }];
}

function machineId(host: Host, generation: Generation): string {
  return createHash('sha256').update(`trunkline lab ${generation.debian} ${host.name}`).digest('hex').slice(0, 32);
}
