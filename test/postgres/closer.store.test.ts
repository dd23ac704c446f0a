import { spawnSync } from 'node:child_process';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { Backend } from '../../src/core/sessions.ts';
import { cancelBackend, dropSlot, terminateBackend } from '../../src/hosts/psql-commands.ts';
import type { RemoteCommand } from '../../src/hosts/remote-commands.ts';
import { createPostgres, type Postgres } from '../../src/postgres/postgres.ts';
import { scramVerifier } from '../../src/stack/scram-verifier.ts';
import { trunklineRolesSql } from '../../src/stack/trunkline-roles-sql.ts';
import { type PostgresServer, postgresServer } from '../support/postgres-server.ts';
import { until } from '../support/until.ts';

let server: PostgresServer;
let postgres: Postgres;
const clients: pg.Client[] = [];

beforeAll(async () => {
  server = await postgresServer({ max_prepared_transactions: '2', logging_collector: 'on', log_filename: 'pg-%a.log' });
  const verifier = scramVerifier('reader-pw', Buffer.alloc(16, 7));
  server.sql(trunklineRolesSql({ reader: verifier, probe: verifier, probeDatabase: 'trunkline_probe' }).roles);
  server.sql('CREATE TABLE t AS SELECT 1 AS id, 0 AS n; CREATE ROLE app LOGIN SUPERUSER');
  server.sql('CREATE DATABASE other');
  const login = { host: '127.0.0.1', port: server.port, database: 'postgres', user: 'trunkline', password: 'reader-pw' };
  postgres = createPostgres({ members: [{ name: 'pg1', login }], clock: systemClock, timeoutMs: 5000 });
});
afterAll(async () => {
  await postgres.close();
  await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  server.remove();
});

async function client(name: string): Promise<{ readonly sql: pg.Client; readonly pid: number }> {
  const sql = new pg.Client({ host: '127.0.0.1', port: server.port, user: 'app', database: 'postgres', application_name: name });
  sql.on('error', () => undefined);
  clients.push(sql);
  await sql.connect();
  const { rows } = await sql.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return { sql, pid: rows[0]?.pid ?? 0 };
}

async function backendOf(pid: number): Promise<Backend> {
  const reading = await postgres.backend('pg1', pid);
  if (!reading.ok || !reading.value) throw new Error(`no backend ${pid}`);
  return reading.value;
}

/** Runs it as a host would, by the server's own port and superuser. */
function run({ argv }: RemoteCommand): string {
  const [program = '', ...args] = argv;
  const env = { ...process.env, PGHOST: '127.0.0.1', PGPORT: String(server.port), PGUSER: 'postgres' };
  const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
  expect(`${status} ${stderr}`).toBe('0 ');
  return stdout.trim();
}

describe('a closer look by SQL', () => {
  it('tells who blocks whom, and ends exactly the one that was planned: never another with its pid', async () => {
    const holder = await client('holder');
    const waiter = await client('waiter');
    await holder.sql.query('BEGIN');
    await holder.sql.query("UPDATE t SET n = 1 -- token='x'");
    const waiting = waiter.sql.query('UPDATE t SET n = 2');
    waiting.catch(() => undefined);
    const shown = async () => {
      const reading = await postgres.sessions('pg1');
      return reading.ok ? reading.value.shown : [];
    };
    await until(async () => (await shown()).some(({ blockedBy }) => blockedBy.includes(holder.pid)));
    const waits = (await shown()).find(({ pid }) => pid === waiter.pid);
    expect(waits).toMatchObject({ application: 'waiter', wait: expect.stringContaining('Lock') });
    const { startedUs, blocks, isSuperuser } = await backendOf(holder.pid);
    expect({ blocks, isSuperuser }).toEqual({ blocks: 1, isSuperuser: true });
    expect(run(terminateBackend({ pid: holder.pid, startedUs: startedUs - 1 }))).toBe('');
    expect(run(terminateBackend({ pid: holder.pid, startedUs }))).toBe('t');
    await waiting;
    await until(async () => {
      const reading = await postgres.backend('pg1', holder.pid);
      return reading.ok && reading.value === undefined;
    });
    expect((await backendOf(waiter.pid)).state).toBe('idle');
    expect(run(terminateBackend({ pid: holder.pid, startedUs }))).toBe('');
  });

  it('cancels a statement and leaves its session, and does nothing to one that runs none', async () => {
    const { sql, pid } = await client('slow');
    const { startedUs } = await backendOf(pid);
    expect(run(cancelBackend({ pid, startedUs, queryStartedUs: 1 }))).toBe('');
    const slow = sql.query('SELECT pg_sleep(60)').catch((error: unknown) => String(error));
    await until(async () => (await backendOf(pid)).state === 'active');
    const { queryStartedUs = 0 } = await backendOf(pid);
    expect(run(cancelBackend({ pid, startedUs, queryStartedUs: queryStartedUs - 1 }))).toBe('');
    expect(run(cancelBackend({ pid, startedUs, queryStartedUs }))).toBe('t');
    expect(await slow).toContain('canceling statement');
    expect((await backendOf(pid)).startedUs).toBe(startedUs);
  });

  it('never ends a process of PostgreSQL itself, whatever pid is asked for', async () => {
    const pid = Number(server.sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'"));
    const { kind, startedUs } = await backendOf(pid);
    expect(kind).toBe('checkpointer');
    expect(run(terminateBackend({ pid, startedUs }))).toBe('');
  });

  it('tells prepared transactions, counts and who is connected, without our own sessions', async () => {
    server.sql("BEGIN; INSERT INTO t VALUES (2, 2); PREPARE TRANSACTION 'left behind'");
    const [sessions, connected] = await Promise.all([postgres.sessions('pg1'), postgres.clients('pg1')]);
    server.sql("ROLLBACK PREPARED 'left behind'");
    expect(sessions).toMatchObject({
      ok: true,
      value: { preparedCount: 1, prepared: [{ gid: 'left behind', database: 'postgres' }], backups: [], inRecovery: false },
    });
    expect(connected.ok && connected.value.groups.map(({ application }) => application)).not.toContain('trunkline');
  });

  it('takes the check of a load balancer for no client, but a session that stays', async () => {
    const applications = async () => {
      const connected = await postgres.clients('pg1');
      return connected.ok ? connected.value.groups.map(({ application }) => application) : [];
    };
    const login = { host: '127.0.0.1', port: server.port, user: 'app', database: 'postgres' };
    const [check, silent] = ['check', 'silent'].map((name) => new pg.Client({ ...login, application_name: name }));
    if (!check || !silent) throw new Error('two clients were made');
    clients.push(check, silent);
    await Promise.all([check.connect(), silent.connect()]);
    await check.query('SELECT pg_is_in_recovery()');
    const atOnce = await applications();
    expect(atOnce).not.toContain('check');
    expect(atOnce).not.toContain('silent');
    await check.end();
    await until(async () => (await applications()).includes('silent'));
    expect(await applications()).not.toContain('check');
  });

  it('tells slots and drops exactly the one that was planned, a logical one of another database too', async () => {
    server.sql("SELECT pg_create_physical_replication_slot('old', true)");
    server.sql("SELECT pg_create_logical_replication_slot('cdc', 'pgoutput')", 'other');
    const slots = await postgres.slots('pg1');
    if (!slots.ok) throw new Error(slots.why);
    const [cdc, old] = slots.value;
    expect([cdc, old]).toMatchObject([
      { name: 'cdc', kind: 'logical', database: 'other', plugin: 'pgoutput', active: false },
      { name: 'old', kind: 'physical', active: false, walStatus: 'reserved', synced: false },
    ]);
    const at = (one: typeof old) => one?.restartLsn ?? 'none';
    expect(run(dropSlot({ slot: 'old', kind: 'physical', restartLsn: '0/1' }))).toBe('');
    expect(run(dropSlot({ slot: 'old', kind: 'logical', restartLsn: at(old) }))).toBe('');
    expect(run(dropSlot({ slot: 'old', kind: 'physical', restartLsn: at(old) }))).toBe('t');
    expect(run(dropSlot({ slot: 'cdc', kind: 'logical', restartLsn: at(cdc) }))).toBe('t');
    expect(await postgres.slots('pg1')).toMatchObject({ ok: true, value: [] });
  });

  it('tells where the log is', async () => {
    expect(await postgres.log('pg1')).toMatchObject({
      ok: true,
      value: { collector: true, destination: 'stderr', file: expect.stringMatching(/^log\/pg-\w+\.log$/) },
    });
  });
});
