import { describe, expect, it } from 'vitest';
import { type EtcdCluster, etcdEnv } from '../../src/stack/etcd-env.ts';

const members = [
  { name: 'a', address: '192.0.2.1' },
  { name: 'b', address: '192.0.2.2' },
  { name: 'c', address: '192.0.2.3' },
];
const cluster: EtcdCluster = {
  members,
  token: 'billing',
  dataDirectory: '/var/lib/etcd/billing',
  state: 'new',
  clientPort: 2379,
  peerPort: 2380,
};
const b = { name: 'b', address: '192.0.2.2' };

describe('etcdEnv', () => {
  const lines = etcdEnv(cluster, b).trim().split('\n');

  it('advertises addresses that other members can reach, never localhost', () => {
    expect(lines).toContain('ETCD_INITIAL_ADVERTISE_PEER_URLS=http://192.0.2.2:2380');
    expect(lines).toContain('ETCD_ADVERTISE_CLIENT_URLS=http://192.0.2.2:2379');
  });

  it('listens on its own address and loopback, not on all', () => {
    expect(lines).toContain('ETCD_LISTEN_CLIENT_URLS=http://192.0.2.2:2379,http://127.0.0.1:2379');
    expect(lines.join('\n')).not.toContain('0.0.0.0');
  });

  it('names all members in the same order on every host', () => {
    expect(lines).toContain('ETCD_INITIAL_CLUSTER=a=http://192.0.2.1:2380,b=http://192.0.2.2:2380,c=http://192.0.2.3:2380');
  });

  it('compacts by itself and has a quota, as a full etcd turns read-only and demotes the primary', () => {
    expect(lines).toContain('ETCD_AUTO_COMPACTION_RETENTION=1h');
    expect(lines).toContain('ETCD_QUOTA_BACKEND_BYTES=2147483648');
  });

  it('refuses an even number of members, which tolerates no more than one fewer', () => {
    expect(() => etcdEnv({ ...cluster, members: members.slice(0, 2) }, b)).toThrow('odd number of members, not 2');
  });

  it('refuses a host that is no member', () => {
    expect(() => etcdEnv(cluster, { name: 'd', address: '192.0.2.4' })).toThrow('d is no member');
  });
});
