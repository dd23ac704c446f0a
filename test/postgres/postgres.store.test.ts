import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createPostgres } from '../../src/postgres/postgres.ts';
import { SHOWN_SETTINGS } from '../../src/postgres/settings-query.ts';
import { scramVerifier } from '../../src/stack/scram-verifier.ts';
import { trunklineRolesSql } from '../../src/stack/trunkline-roles-sql.ts';
import { type PostgresServer, postgresServer } from '../support/postgres-server.ts';
import { silentRelay } from '../support/silent-relay.ts';

describe('reading PostgreSQL by SQL', () => {
  let primary: PostgresServer;
  let standby: PostgresServer;
  beforeAll(async () => {
    primary = await postgresServer({ archive_mode: 'on', archive_command: 'false', max_prepared_transactions: '2' });
    const verifier = scramVerifier('reader-pw', Buffer.alloc(16, 7));
    primary.sql(trunklineRolesSql({ reader: verifier, probe: verifier, probeDatabase: 'trunkline_probe' }).roles);
    primary.sql("SELECT pg_create_physical_replication_slot('pg2', true), pg_create_logical_replication_slot('cdc', 'pgoutput')");
    standby = await primary.standby('pg2');
    primary.sql('CREATE TABLE t AS SELECT generate_series(1, 1000) AS n');
  });
  afterAll(() => {
    standby.remove();
    primary.remove();
  });

  const login = (port: number) => ({ host: '127.0.0.1', port, database: 'postgres', user: 'trunkline', password: 'reader-pw' });
  const reads = (...ports: number[]) =>
    createPostgres({
      members: ports.map((port, index) => ({ name: `pg${index + 1}`, login: login(port) })),
      clock: systemClock,
      timeoutMs: 2000,
    });

  it('tells a primary with its standby, its slots, its failing archiver', async () => {
    const postgres = reads(primary.port);
    const reading = await postgres.member('pg1');
    await postgres.close();
    expect(reading).toMatchObject({
      ok: true,
      source: 'SQL on pg1',
      value: {
        inRecovery: false,
        timeline: 1,
        standbys: [{ name: 'pg2', state: 'streaming', syncState: 'async' }],
        slots: [
          { name: 'cdc', kind: 'logical', active: false },
          { name: 'pg2', kind: 'physical', active: false, walStatus: 'reserved' },
        ],
        archiver: { mode: 'on', archivedCount: 0 },
      },
    });
    expect(reading.ok && reading.value.slots.every((slot) => (slot.retainedBytes ?? 0) > 0)).toBe(true);
    expect(reading.ok && reading.value.writeLsn).toBeGreaterThan(16 * 1024 ** 2);
  });

  it('tells the settings that are set from chat, and of any other that ALTER SYSTEM set the name alone', async () => {
    primary.sql("ALTER SYSTEM SET archive_command = 'curl -H k3y %p'");
    primary.sql("ALTER SYSTEM SET work_mem = '5MB'");
    primary.sql('SELECT pg_reload_conf()');
    const postgres = reads(primary.port);
    const settings = async () => {
      const reading = await postgres.settings('pg1');
      return new Map((reading.ok ? reading.value : []).map((row) => [row.name, row]));
    };
    await expect.poll(async () => (await settings()).get('work_mem')).toMatchObject({ setting: '5120', unit: 'kB' });
    const found = await settings();
    await postgres.close();
    expect(found.get('work_mem')?.sourceFile).toMatch(/postgresql\.auto\.conf$/);
    expect(found.get('archive_command')).toMatchObject({ source: 'configuration file' });
    expect(found.get('archive_command')).not.toHaveProperty('setting');
    expect(JSON.stringify([...found.values()])).not.toContain('k3y');
    const own = [...found.values()].filter(({ name, source }) => SHOWN_SETTINGS.includes(name) && /client|session/.test(source));
    expect(own.map(({ name }) => name)).toEqual([]);
    primary.sql('ALTER SYSTEM RESET ALL');
    primary.sql('SELECT pg_reload_conf()');
  });

  it('tells a standby that streams, and who it receives from', async () => {
    const postgres = reads(standby.port);
    const reading = await postgres.member('pg1');
    await postgres.close();
    expect(reading).toMatchObject({
      value: {
        inRecovery: true,
        timeline: 1,
        replayPaused: false,
        walReceiver: { status: 'streaming', senderHost: '127.0.0.1' },
        standbys: [],
      },
    });
    expect(reading.ok && 'writeLsn' in reading.value).toBe(false);
    expect(reading.ok && reading.value.clientConnections).toBeGreaterThanOrEqual(0);
  });

  it('tells what a shutdown would wait for, and leaves out its own sessions', async () => {
    primary.sql("BEGIN; CREATE TABLE p(); PREPARE TRANSACTION 'left'");
    const postgres = reads(primary.port);
    const reading = await postgres.activity('pg1');
    await postgres.close();
    primary.sql("ROLLBACK PREPARED 'left'");
    expect(reading).toMatchObject({
      value: {
        preparedTransactions: 1,
        longTransactions: [],
        baseBackups: [],
        logicalSlots: ['cdc'],
        clientConnections: 0,
        settings: { max_connections: '100', recovery_min_apply_delay: '0' },
      },
    });
    expect(reading.ok && (reading.value.readyWalFiles ?? 0) >= 1).toBe(true);
  });

  it('tells of a table that somebody holds exclusively, of WAL senders in use and of the slots', async () => {
    const holder = new pg.Client({ host: '127.0.0.1', port: primary.port, user: 'postgres', database: 'postgres' });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE t IN ACCESS EXCLUSIVE MODE');
    const postgres = reads(primary.port);
    const reading = await postgres.activity('pg1');
    await postgres.close();
    await holder.end();
    expect(reading).toMatchObject({
      value: {
        maintenance: [{ what: 'a table held exclusively', database: 'postgres' }],
        walSendersInUse: 1,
        slotNames: ['cdc', 'pg2'],
      },
    });
  });

  it('cannot write, whatever it is asked', async () => {
    const postgres = reads(primary.port);
    await postgres.member('pg1');
    expect(primary.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'trunkline'")).toBe('1');
    await postgres.close();
  });

  it('replaces a kept connection that a restart cut, within the same answer', async () => {
    const postgres = reads(primary.port);
    const before = await postgres.member('pg1');
    await postgres.member('pg1');
    await primary.stop();
    await primary.start();
    const after = await postgres.member('pg1');
    await postgres.close();
    expect(after.ok).toBe(true);
    expect(before.ok && after.ok && after.value.postmasterStartedAtMs > before.value.postmasterStartedAtMs).toBe(true);
  });

  it('answers within its deadline from a kept connection that fell silent, by a new one', async () => {
    const relay = await silentRelay(primary.port);
    const postgres = reads(relay.port);
    await postgres.member('pg1');
    relay.fallSilent();
    const began = Date.now();
    expect((await postgres.member('pg1')).ok).toBe(true);
    expect(Date.now() - began).toBeLessThan(2000);
    await postgres.close();
    relay.close();
  });
});
