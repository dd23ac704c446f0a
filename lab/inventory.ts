/** The one description of the lab: hosts, addresses, ports and names. The bot's configuration is made from it. Pure data. */

export type Debian = '12' | '13';
export type HostName = 'pg1' | 'pg2' | 'pg3' | 'lb1' | 'lb2' | 'bk1' | 'sa1' | 'sa2' | 'c1';

/** `member`: etcd + Patroni + PostgreSQL; `balancer`: HAProxy + Keepalived; `standalone`: plain PostgreSQL; `bare`: sshd alone. */
export type Role = 'member' | 'balancer' | 'backup' | 'standalone' | 'bare';

export interface Host {
  readonly name: HostName;
  readonly address: string;
  readonly role: Role;
  /** `ha`: part of the cluster that `up --ha` boots; `extra`: booted by a plain `up`. */
  readonly kind: 'ha' | 'extra';
}

export interface Generation {
  readonly debian: Debian;
  readonly suite: 'bookworm' | 'trixie';
  /** PostgreSQL's major version in this Debian release. */
  readonly postgres: 15 | 17;
}

export const generations: Readonly<Record<Debian, Generation>> = {
  '12': { debian: '12', suite: 'bookworm', postgres: 15 },
  '13': { debian: '13', suite: 'trixie', postgres: 17 },
};

export const hosts: readonly Host[] = [
  { name: 'pg1', address: '10.77.0.11', role: 'member', kind: 'ha' },
  { name: 'pg2', address: '10.77.0.12', role: 'member', kind: 'ha' },
  { name: 'pg3', address: '10.77.0.13', role: 'member', kind: 'ha' },
  { name: 'lb1', address: '10.77.0.21', role: 'balancer', kind: 'ha' },
  { name: 'lb2', address: '10.77.0.22', role: 'balancer', kind: 'ha' },
  { name: 'bk1', address: '10.77.0.31', role: 'backup', kind: 'ha' },
  { name: 'sa1', address: '10.77.0.41', role: 'standalone', kind: 'extra' },
  { name: 'sa2', address: '10.77.0.42', role: 'standalone', kind: 'extra' },
  { name: 'c1', address: '10.77.0.51', role: 'bare', kind: 'extra' },
];

export const haHosts: readonly HostName[] = hosts.filter((host) => host.kind === 'ha').map((host) => host.name);
export const allHosts: readonly HostName[] = hosts.map((host) => host.name);

export const cluster = {
  name: 'billing',
  scope: 'billing',
  namespace: '/service/',
  /** The pgBackRest stanza of the cluster. */
  stanza: 'billing',
  vip: '10.77.0.100',
  /** Trunkline's own database for the write probe. */
  probeDatabase: 'trunkline_probe',
} as const;

/** The second cluster: plain streaming replication between the two standalone hosts; made by `streamingPair`, not by the snapshot. */
export const ledger = { name: 'ledger', primary: 'sa1', standby: 'sa2', checkRole: 'haproxy_check' } as const;

export const ports = {
  ssh: 22,
  postgres: 5432,
  patroni: 8008,
  etcdClient: 2379,
  etcdPeer: 2380,
  haproxyWrite: 5000,
  haproxyRead: 5001,
  haproxyLedger: 5010,
  haproxyStats: 7000,
  pgbouncer: 6432,
} as const;

export const network = {
  /** Network namespace with the switch: everything that talks to the hosts runs in it. It has no way out. */
  namespace: 'trunkline',
  bridge: 'br0',
  address: '10.77.0.1',
  cidr: '10.77.0.0/24',
  prefixLength: 24,
} as const;

/** Name of one host's network namespace. */
export function hostNamespace(name: HostName): string {
  return `${network.namespace}-${name}`;
}

/** Name, inside the switch's namespace, of the link that leads to a host. */
export function linkTo(name: HostName): string {
  return `to-${name}`;
}

export function hostNamed(name: HostName): Host {
  const found = hosts.find((host) => host.name === name);
  if (found === undefined) throw new Error(`the lab has no host ${name}; it has ${allHosts.join(', ')}`);
  return found;
}

export function isHostName(text: string): text is HostName {
  return hosts.some((host) => host.name === text);
}

export function hostsWithRole(role: Role): readonly Host[] {
  return hosts.filter((host) => host.role === role);
}

export function dataDirectory(generation: Generation): string {
  return `/var/lib/postgresql/${generation.postgres}/main`;
}

/** Debian's unit of the server in `dataDirectory`. */
export function postgresUnit(generation: Generation): string {
  return `postgresql@${generation.postgres}-main.service`;
}

export function binDirectory(generation: Generation): string {
  return `/usr/lib/postgresql/${generation.postgres}/bin`;
}
