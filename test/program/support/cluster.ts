import { httpServer, type TestServer } from '../../support/http-server.ts';
import { type EtcdServers, startEtcd } from '../../support/etcd-server.ts';
import { type PostgresServer, postgresServer } from '../../support/postgres-server.ts';
import { says, type SshServer, sshServer } from '../../support/ssh-server.ts';
import { memberOf, type Tree } from './config.ts';

const MIB = 1024 ** 2;
const DF = `Mounted on 1B-blocks Avail\n/ ${100 * MIB} ${60 * MIB}\n/ ${100 * MIB} ${60 * MIB}\n`;

/** A cluster that looks healthy: real PostgreSQL (pg1 leads, pg2 streams), real etcd, an ssh server, and answers as Patroni's. */
export interface LocalCluster {
  readonly etcds: readonly string[];
  /** Of the cluster in the configuration; pg2's host key is another one when asked so. */
  config(options?: { readonly wrongHostKey?: boolean }): Tree;
  /** What sudo says from now on; `undefined` lets everything through. */
  sudoSays(words: string | undefined): void;
  /** The lines that were run over ssh. */
  readonly ran: readonly string[];
  stop(): Promise<void>;
}

/** Starts it; about 4 s. */
export async function startCluster(): Promise<LocalCluster> {
  const [primary, etcd] = await Promise.all([postgresServer({ archive_mode: 'off' }), startEtcd()]);
  primary.sql('CREATE ROLE trunkline LOGIN; GRANT pg_monitor TO trunkline');
  const standby = await primary.standby('pg2');
  const systemId = primary.sql('SELECT system_identifier FROM pg_control_system()');
  let sudo: string | undefined;
  const ssh = await sshServer((line, channel) => {
    if (line.includes('sudo') && sudo !== undefined) says(channel, 1, '', sudo);
    else says(channel, 0, line.includes('/df') ? DF : '');
  });
  const rest = await Promise.all([patroni('primary', systemId), patroni('replica', systemId)]);
  putKeys(etcd, systemId);
  const servers = { primary, standby, ssh, rest };
  return {
    etcds: etcd.endpoints,
    config: (options = {}) => configOfCluster(servers, options.wrongHostKey ?? false),
    sudoSays(words) {
      sudo = words;
    },
    ran: ssh.lines,
    async stop() {
      standby.remove();
      primary.remove();
      await Promise.all([etcd.stop(), ssh.close(), ...rest.map((server) => server.close())]);
    },
  };
}

interface Servers {
  readonly primary: PostgresServer;
  readonly standby: PostgresServer;
  readonly ssh: SshServer;
  readonly rest: readonly TestServer[];
}

function configOfCluster({ primary, standby, ssh, rest }: Servers, wrongHostKey: boolean): Tree {
  const { port, user, privateKeyFile, hostKey } = ssh.target('pg1');
  const sshHostKey = `${hostKey.type} ${hostKey.blob.toString('base64')}`;
  const other = wrongHostKey ? {} : { sshHostKey };
  return {
    ssh: { port, user, privateKeyFile },
    members: [
      memberOf('pg1', { postgresPort: primary.port, restPort: rest[0]?.port, sshHostKey }),
      memberOf('pg2', { postgresPort: standby.port, restPort: rest[1]?.port, ...other }),
    ],
  };
}

function patroni(role: string, systemId: string): Promise<TestServer> {
  const body = {
    ...{ state: 'running', role, server_version: 150_018, timeline: 1, tags: {}, database_system_identifier: systemId },
    ...(role === 'replica' ? { replication_state: 'streaming' } : {}),
    patroni: { version: '3.0.2', scope: 'billing' },
  };
  return httpServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
}

function putKeys(etcd: EtcdServers, systemId: string): void {
  const member = (role: string) => JSON.stringify({ state: 'running', role, timeline: 1, version: '3.0.2', xlog_location: 1 });
  const keys = {
    config: JSON.stringify({ ttl: 30, loop_wait: 10, retry_timeout: 10 }),
    initialize: systemId,
    'members/pg1': member('primary'),
    'members/pg2': member('replica'),
    leader: 'pg1',
  };
  for (const [name, value] of Object.entries(keys)) etcd.etcdctl('put', `/service/billing/${name}`, value);
}
