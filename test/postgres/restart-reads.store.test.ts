import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createPostgres } from '../../src/postgres/postgres.ts';
import { type PostgresServer, postgresServer } from '../support/postgres-server.ts';
import { until } from '../support/until.ts';

describe('what a restart, a reload and a copy are proven by', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await postgresServer();
  });
  afterAll(() => server.remove());

  const reads = () =>
    createPostgres({
      members: [{ name: 'pg1', login: { host: '127.0.0.1', port: server.port, database: 'postgres', user: 'postgres' } }],
      clock: systemClock,
    });
  const value = <T>(reading: { ok: true; value: T } | { ok: false; why: string }): T => {
    if (!reading.ok) throw new Error(reading.why);
    return reading.value;
  };

  it('tells when the postmaster itself loaded last, the same on every question, and later after a reload', async () => {
    const postgres = reads();
    const before = value(await postgres.configLoadedAt('pg1'));
    expect(value(await postgres.configLoadedAt('pg1'))).toBe(before);
    server.sql('SELECT pg_reload_conf()');
    await until(async () => value(await postgres.configLoadedAt('pg1')) > before);
    const after = value(await postgres.configLoadedAt('pg1'));
    expect(value(await postgres.configLoadedAt('pg1'))).toBe(after);
    await postgres.close();
  });

  it('tells which settings wait for a restart, and none once it was restarted', async () => {
    const postgres = reads();
    expect(value(await postgres.activity('pg1')).pendingSettings).toEqual([]);
    server.sql('ALTER SYSTEM SET max_connections = 123');
    server.sql('SELECT pg_reload_conf()');
    await until(async () => value(await postgres.activity('pg1')).pendingSettings?.length === 1);
    expect(value(await postgres.activity('pg1')).pendingSettings).toEqual(['max_connections']);
    await server.stop();
    await server.start();
    expect(value(await postgres.activity('pg1')).pendingSettings).toEqual([]);
    await postgres.close();
  });

  it('tells how far a base backup is, of how much, and who receives it', async () => {
    const postgres = reads();
    const of = ['-h', '127.0.0.1', '-p', String(server.port), '-U', 'postgres'];
    const copy = spawn('pg_basebackup', [...of, '-D', '-', '-Ft', '-X', 'none', '-c', 'fast', '--max-rate=1M'], {
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    const backup = async () => value(await postgres.activity('pg1')).baseBackups[0];
    await until(async () => ((await backup())?.streamedBytes ?? 0) > 0);
    expect(await backup()).toMatchObject({ phase: 'streaming database files', address: '127.0.0.1' });
    expect((await backup())?.totalBytes).toBeGreaterThan(10 * 2 ** 20);
    expect((await backup())?.ageMs).toBeGreaterThan(0);
    copy.kill();
    await postgres.close();
  });
});
