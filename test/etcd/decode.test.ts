import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeScope } from '../../src/etcd/decode.ts';
import { decodeRevision } from '../../src/etcd/decode-change.ts';

const prefix = '/service/labpg/';
const scope = (keys: Readonly<Record<string, string>>) =>
  decodeScope(prefix, { revision: 7, entries: Object.entries(keys).map(([key, value]) => ({ key: prefix + key, value })) });

describe('decodeScope', () => {
  it('reads a scope of Patroni 3.0, whose roles say master', () => {
    const { dcs, notUnderstood } = scope({
      leader: 'pg1',
      'members/pg1':
        '{"conn_url":"postgres://10.77.0.11:5432/postgres","api_url":"http://10.77.0.11:8008/patroni","state":"running","role":"master","version":"3.0.2","xlog_location":67108960,"timeline":1}',
      'members/pg2': '{"state":"running","role":"replica","version":"3.0.2","timeline":1,"tags":{"nofailover":true}}',
      status: '{"optime":67108960,"slots":{"pg2":67108960}}',
      config: '{"ttl":20,"loop_wait":5,"pause":true,"synchronous_mode":"on"}',
      initialize: '7711123950511697988',
      history: '[[1,167772320,"no recovery target specified","2026-11-22T22:22:47.649543+00:00","pg2"],[2,200,"x"]]',
      failover: '{}',
    });
    expect(notUnderstood).toEqual([]);
    expect(dcs).toMatchObject({
      revision: '7',
      leader: 'pg1',
      systemId: '7711123950511697988',
      optimeLsn: 67108960,
      config: { ttlS: 20, loopWaitS: 5, retryTimeoutS: 10, paused: true, synchronousMode: 'on' },
      history: [{ timeline: 1, newLeader: 'pg2', at: '2026-11-22T22:22:47.649543+00:00' }, { timeline: 2 }],
    });
    expect(dcs.failover).toBeUndefined();
    expect(dcs.members.pg1).toMatchObject({ role: 'primary', walLsn: 67108960 });
    expect(dcs.members.pg2?.tags).toEqual({ nofailover: true });
  });

  it('reads a scope of Patroni 4 with quorum commit and failsafe', () => {
    const { dcs, notUnderstood } = scope({
      leader: 'pg2',
      'members/pg2':
        '{"state":"running","role":"primary","version":"4.0.7","xlog_location":83886160,"timeline":3,"receive_lsn":1,"replication_state":"streaming"}',
      'members/pg3': '{"state":"streaming","role":"replica","receive_lsn":5,"replay_lsn":4,"timeline":3}',
      sync: '{"leader":"pg2","sync_standby":"pg1, pg3","quorum":1}',
      failsafe: '{"pg1":"http://a","pg2":"http://b"}',
      config: '{"synchronous_mode":"quorum","standby_cluster":null,"failsafe_mode":"on","ttl":"30"}',
      status: '{"optime":83886160,"slots":{},"retain_slots":["pg1"]}',
    });
    expect(notUnderstood).toEqual([]);
    expect(dcs.members.pg2?.role).toBe('primary');
    expect(dcs.members.pg3?.walLsn).toBe(4);
    expect(dcs.sync).toEqual({ leader: 'pg2', standbys: ['pg1', 'pg3'] });
    expect(dcs.failsafe).toEqual(['pg1', 'pg2']);
    expect(dcs.config).toMatchObject({ synchronousMode: 'quorum', failsafeMode: true, standbyCluster: false, ttlS: 30 });
  });

  it("takes of PostgreSQL's parameters those that size shared memory alone, as a command can hold a secret", () => {
    const { dcs } = scope({
      config:
        '{"master_start_timeout":60,"postgresql":{"parameters":{"max_connections":200,"max_wal_senders":"12","archive_command":"curl -H token"}}}',
    });
    expect(dcs.config.sharedMemory).toEqual({ max_connections: '200', max_wal_senders: '12' });
    expect(dcs.config.primaryStartTimeoutS).toBe(60);
    expect(JSON.stringify(dcs)).not.toContain('token');
  });

  it('reads the forms of old releases and hides a login in a connection URL', () => {
    const { dcs } = scope({
      'members/old': 'postgres://rep:s3cret@10.0.0.1:5432/postgres?application_name=http://10.0.0.1:8008/patroni',
      'optime/leader': '4711',
      failover: 'pg1:pg2',
    });
    expect(dcs.members.old).toEqual({
      connUrl: 'postgres://10.0.0.1:5432/postgres',
      apiUrl: 'http://10.0.0.1:8008/patroni',
      tags: {},
    });
    expect(dcs.optimeLsn).toBe(4711);
    expect(dcs.failover).toEqual({ leader: 'pg1', candidate: 'pg2' });
  });

  it('names each value that it does not understand and keeps the rest', () => {
    const { dcs, notUnderstood } = scope({
      leader: 'pg1',
      'members/pg1': '{"state":5}',
      'members/pg2': '{"state":"running"}',
      history: 'oops',
      initialize: 'DROP TABLE',
      config: '[]',
      failover: '{"leader":["x"]}',
      constructor: 'x',
    });
    expect(dcs.leader).toBe('pg1');
    expect(Object.keys(dcs.members)).toEqual(['pg2']);
    expect(dcs.config.ttlS).toBe(30);
    expect(notUnderstood.map((line) => line.split(':')[0])).toEqual([
      'members/pg1',
      'history',
      'initialize',
      'config',
      'failover',
    ]);
    expect(notUnderstood[1]).toBe('history: not JSON');
  });

  it('never throws, whatever stands in etcd', () => {
    const keys = fc.constantFrom('leader', 'members/a', 'members/__proto__', 'history', 'sync', 'status', 'config', '__proto__');
    fc.assert(
      fc.property(fc.array(fc.tuple(keys, fc.oneof(fc.string(), fc.json()))), (pairs) => {
        const entries = pairs.map(([key, value]) => ({ key: prefix + key, value }));
        expect(decodeScope(prefix, { revision: 1, entries }).dcs.revision).toBe('1');
        const events = entries.map(({ key, value }) => ({ type: 'put' as const, key, value, lease: '0' }));
        expect(decodeRevision('/service/', { revision: 2, events }).revision).toBe(2);
      }),
    );
  });
});

describe('decodeRevision', () => {
  it('groups a lease that ended: leader and member of one scope in one revision', () => {
    const events = ['/service/a/leader', '/service/a/members/pg1', '/service/b/leader'].map((key) => ({
      type: 'delete' as const,
      key,
      value: '',
      lease: '1',
    }));
    expect(decodeRevision('/service/', { revision: 9, events })).toEqual({
      revision: 9,
      scopes: [
        { scope: '/service/a/', changes: [{ key: 'leader' }, { key: 'member', name: 'pg1' }] },
        { scope: '/service/b/', changes: [{ key: 'leader' }] },
      ],
    });
  });
});
