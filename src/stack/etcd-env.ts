/** One member of an etcd cluster, by a name and an address that the other members can reach. */
export interface EtcdMember {
  readonly name: string;
  readonly address: string;
}

export interface EtcdCluster {
  readonly members: readonly EtcdMember[];
  /** Distinguishes clusters, so that members of two never join by mistake. */
  readonly token: string;
  readonly dataDirectory: string;
  /** `new` at the first start of the whole cluster, `existing` when a member joins a living one. */
  readonly state: 'new' | 'existing';
  readonly clientPort: number;
  readonly peerPort: number;
}

/**
 * Renders `/etc/default/etcd` of one member, which Debian's etcd.service reads.
 * Throws for an even number of members, which tolerates no more failures than one fewer (etcd FAQ), and for a stranger.
 */
export function etcdEnv(cluster: EtcdCluster, self: EtcdMember): string {
  const { members, clientPort, peerPort } = cluster;
  if (members.length % 2 === 0)
    throw new Error(`etcd wants an odd number of members, not ${members.length}: an even one adds no tolerance. Use 3 or 5.`);
  if (!members.some((member) => member.name === self.name)) throw new Error(`${self.name} is no member of the etcd cluster`);
  const client = `http://${self.address}:${clientPort}`;
  const peer = (member: EtcdMember) => `http://${member.address}:${peerPort}`;
  return lines({
    ETCD_NAME: self.name,
    ETCD_DATA_DIR: cluster.dataDirectory,
    ETCD_LISTEN_PEER_URLS: peer(self),
    ETCD_LISTEN_CLIENT_URLS: `${client},http://127.0.0.1:${clientPort}`,
    ETCD_INITIAL_ADVERTISE_PEER_URLS: peer(self),
    ETCD_ADVERTISE_CLIENT_URLS: client,
    ETCD_INITIAL_CLUSTER: members.map((member) => `${member.name}=${peer(member)}`).join(','),
    ETCD_INITIAL_CLUSTER_STATE: cluster.state,
    ETCD_INITIAL_CLUSTER_TOKEN: cluster.token,
    ETCD_AUTO_COMPACTION_MODE: 'periodic',
    ETCD_AUTO_COMPACTION_RETENTION: '1h',
    ETCD_QUOTA_BACKEND_BYTES: '2147483648',
    ETCD_HEARTBEAT_INTERVAL: '100',
    ETCD_ELECTION_TIMEOUT: '1000',
    ETCD_LOG_OUTPUTS: 'stderr',
  });
}

function lines(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
