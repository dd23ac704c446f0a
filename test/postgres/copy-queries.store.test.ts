import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { known } from '../../src/core/reading.ts';
import { createPostgres, type Postgres } from '../../src/postgres/postgres.ts';
import { type PostgresServer, postgresServer } from '../support/postgres-server.ts';

let server: PostgresServer;
let reads: Postgres;

beforeAll(async () => {
  server = await postgresServer({ max_wal_senders: '7', max_slot_wal_keep_size: '64MB' });
  server.sql('create role reader login in role pg_monitor');
  const login = { host: '127.0.0.1', port: server.port, user: 'reader', database: 'postgres' };
  reads = createPostgres({ clock: systemClock, members: [{ name: 'pg1', login }] });
});
afterAll(async () => {
  await reads.close();
  server.remove();
});

describe('what a server says of itself as the source of a copy', () => {
  it('is read by a login with pg_monitor alone', async () => {
    server.sql("select pg_create_physical_replication_slot('one', true)");
    const source = known(await reads.copySource('pg1'));
    expect(source).toMatchObject({
      tablespaces: [],
      settings: { wal_level: 'logical', max_wal_senders: '7', max_slot_wal_keep_size: '64' },
      slots: [{ name: 'one', active: false }],
      walSendersInUse: 0,
    });
    expect(source?.bytes).toBeGreaterThan(10_000_000);
    expect(source?.walBytesKept).toBeGreaterThan(0);
  });

  it('tells how much WAL was written since the oldest file that is kept', async () => {
    server.sql('create table t as select generate_series(1, 200000) n; select pg_switch_wal(); checkpoint');
    server.sql('insert into t select generate_series(1, 400000); select pg_switch_wal()');
    const wal = known(await reads.copySource('pg1'))?.wal;
    expect(wal?.bytes).toBeGreaterThan(5_000_000);
    expect(wal?.seconds).toBeGreaterThanOrEqual(1);
    expect(wal?.seconds).toBeLessThan(600);
  });

  it('shows no copy while none goes on', async () => {
    expect(known(await reads.copyProgress('pg1'))).toEqual([]);
  });
});
