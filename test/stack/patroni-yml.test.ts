import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type PatroniCluster, type PatroniMember, patroniYml } from '../../src/stack/patroni-yml.ts';

const billing: PatroniCluster = {
  scope: 'billing',
  namespace: '/service/',
  etcd: ['192.0.2.1:2379', '192.0.2.2:2379', '192.0.2.3:2379'],
  timings: { ttl: 30, loopWait: 10, retryTimeout: 10 },
  maximumLagOnFailover: 1_048_576,
  memberAddresses: ['192.0.2.1', '192.0.2.2', '192.0.2.3'],
  clientNetworks: ['198.51.100.0/24'],
  archive: {
    command: 'pgbackrest --stanza=billing archive-push %p',
    restore: 'pgbackrest --stanza=billing archive-get %f "%p"',
    timeoutSeconds: 60,
  },
  credentials: {
    superuser: { username: 'postgres', password: 'one' },
    replication: { username: 'replicator', password: 'two: #"\'' },
    rewind: { username: 'rewinder', password: 'three' },
    rest: { username: 'trunkline', password: 'four' },
  },
};
const pg1: PatroniMember = {
  name: 'pg1',
  address: '192.0.2.1',
  postgresPort: 5432,
  restPort: 8008,
  dataDirectory: '/var/lib/postgresql/15/main',
  binDirectory: '/usr/lib/postgresql/15/bin',
};

function rendered(cluster: Partial<PatroniCluster> = {}, member: Partial<PatroniMember> = {}) {
  return parse(patroniYml({ ...billing, ...cluster }, { ...pg1, ...member }));
}

describe('patroniYml', () => {
  it('uses the v3 API of etcd with every endpoint, as v2 is off since etcd 3.4', () => {
    expect(rendered().etcd3.hosts).toEqual(billing.etcd);
    expect(rendered()).not.toHaveProperty('etcd');
  });

  it('answers REST and SQL on an address that the other members and HAProxy can reach', () => {
    const { restapi, postgresql } = rendered();
    expect([restapi.listen, restapi.connect_address]).toEqual(['192.0.2.1:8008', '192.0.2.1:8008']);
    expect([postgresql.listen, postgresql.connect_address]).toEqual(['192.0.2.1,127.0.0.1:5432', '192.0.2.1:5432']);
  });

  it('asks for a password before REST changes anything, as anybody could switch over otherwise', () => {
    expect(rendered().restapi.authentication).toEqual({ username: 'trunkline', password: 'four' });
  });

  it('states all three timings, the lag limit and the timeline check, as the defaults are silent', () => {
    expect(rendered().bootstrap.dcs).toMatchObject({
      ttl: 30,
      loop_wait: 10,
      retry_timeout: 10,
      maximum_lag_on_failover: 1_048_576,
      check_timeline: true,
      failsafe_mode: false,
      synchronous_mode: false,
    });
  });

  it('refuses timings that Patroni would change by itself', () => {
    expect(() => rendered({ timings: { ttl: 15, loopWait: 2, retryTimeout: 10 } })).toThrow('2 + 2 * 10 > 15');
  });

  it('makes a former primary able to rejoin: rewind, slots, hint bits, checksums', () => {
    const { dcs, initdb } = rendered().bootstrap;
    expect(dcs.postgresql).toMatchObject({ use_pg_rewind: true, use_slots: true, parameters: { wal_log_hints: 'on' } });
    expect(initdb).toContain('data-checksums');
    expect(dcs.postgresql.parameters.max_slot_wal_keep_size).toBe('4GB');
  });

  it('archives to and restores from the same repository on every member', () => {
    const { parameters, recovery_conf: recovery } = rendered().bootstrap.dcs.postgresql;
    expect(parameters).toMatchObject({ archive_mode: 'on', archive_command: billing.archive?.command, archive_timeout: 60 });
    expect(recovery.restore_command).toBe('pgbackrest --stanza=billing archive-get %f "%p"');
  });

  it('creates no users at bootstrap, as Patroni 4 ignores them without an error', () => {
    expect(rendered().bootstrap).not.toHaveProperty('users');
  });

  it('turns failsafe mode, synchronous mode and the watchdog on when told', () => {
    const { bootstrap, watchdog } = rendered({ failsafeMode: true, synchronousMode: 'quorum', watchdog: 'required' });
    expect([bootstrap.dcs.failsafe_mode, bootstrap.dcs.synchronous_mode, watchdog.mode]).toEqual([true, 'quorum', 'required']);
  });

  it('keeps a password with every awkward character as it is', () => {
    expect(rendered().postgresql.authentication.replication.password).toBe('two: #"\'');
  });

  it('keeps the pg_hba rules where they still work after the bootstrap', () => {
    expect(rendered().postgresql.pg_hba).toContain('host replication replicator 192.0.2.3/32 scram-sha-256');
  });

  it('keeps tags of a member and states the others', () => {
    expect(rendered({}, { tags: { nofailover: true } }).tags).toEqual({
      ...{ nofailover: true, noloadbalance: false, clonefrom: false, nosync: false },
    });
  });
});
