import type { EtcdServers } from './etcd-server.ts';

/** Makes the user `trunkline` (password `readpw`) who may read /service/ and nothing else, and puts etcd's authentication on. */
export function letReaderIn({ etcdctl }: Pick<EtcdServers, 'etcdctl'>): void {
  etcdctl('user', 'add', 'root:rootpw');
  etcdctl('user', 'grant-role', 'root', 'root');
  etcdctl('role', 'add', 'reader');
  etcdctl('role', 'grant-permission', 'reader', 'read', '/service/', '--prefix=true');
  etcdctl('user', 'add', 'trunkline:readpw');
  etcdctl('user', 'grant-role', 'trunkline', 'reader');
  etcdctl('auth', 'enable');
}
