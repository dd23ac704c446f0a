import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { patroniMemberYml } from '../../src/stack/patroni-member-yml.ts';

const text = patroniMemberYml({
  ...{
    scope: 'billing',
    namespace: '/service/',
    etcd: ['192.0.2.1:2379'],
    etcd3: { protocol: 'https', cacert: '/etc/ssl/etcd.crt', username: 'root', password: 'yes' },
    maxRateKibPerSecond: 51_200,
  },
  member: {
    ...{ name: 'c1', address: '192.0.2.9', postgresPort: 5432, restPort: 8008 },
    ...{ dataDirectory: '/var/lib/postgresql/15/main', binDirectory: '/usr/lib/postgresql/15/bin' },
  },
  credentials: {
    superuser: { username: 'postgres', password: 'one: "\'#' },
    replication: { username: 'replicator', password: 'two' },
    rest: { username: 'trunkline', password: 'three' },
  },
  hba: '# Do not edit\nlocal all postgres peer\n\nhost replication replicator 192.0.2.9/32 scram-sha-256\n',
});

it("renders a member that joins: it can never make a cluster of its own, and has its leader's rules", () => {
  const yml = parse(text);
  expect(yml).not.toHaveProperty('bootstrap');
  expect(yml.postgresql.pg_hba).toEqual(['local all postgres peer', 'host replication replicator 192.0.2.9/32 scram-sha-256']);
  expect(yml.postgresql.authentication.superuser.password).toBe('one: "\'#');
  expect(yml.postgresql.authentication).not.toHaveProperty('rewind');
  expect(yml.postgresql.basebackup).toEqual([{ checkpoint: 'fast' }, { 'max-rate': '51200k' }]);
  expect([yml.name, yml.restapi.connect_address]).toEqual(['c1', '192.0.2.9:8008']);
  expect(yml.etcd3).toEqual({
    ...{ hosts: ['192.0.2.1:2379'], protocol: 'https', cacert: '/etc/ssl/etcd.crt', username: 'root', password: 'yes' },
  });
});
