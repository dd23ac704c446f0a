import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createPostgres } from '../../src/postgres/postgres.ts';
import { scramVerifier } from '../../src/stack/scram-verifier.ts';
import { trunklineRolesSql } from '../../src/stack/trunkline-roles-sql.ts';
import { type PostgresServer, postgresServer } from '../support/postgres-server.ts';

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

  it('does not wait longer than its deadline for a host that takes the connection and says nothing', async () => {
    const relay = await silentRelay(primary.port);
    relay.fallSilent();
    relay.neverAgain();
    const postgres = reads(relay.port);
    const began = Date.now();
    const all = await Promise.all([
      postgres.member('pg1'),
      postgres.member('pg1'),
      postgres.member('pg1'),
      postgres.activity('pg1'),
    ]);
    expect(all.map((reading) => (reading.ok ? '' : reading.why))).toEqual(Array(4).fill('no answer within 2 s'));
    expect(Date.now() - began).toBeLessThan(2600);
    relay.close();
    await postgres.close();
  });

  it('says why in words: nothing listens, wrong password, no such member', async () => {
    const postgres = createPostgres({
      members: [
        { name: 'dead', login: login(1) },
        { name: 'closed', login: { ...login(primary.port), database: 'nothing-here' } },
        { name: 'plain', login: { ...login(primary.port), tls: {} } },
      ],
      clock: systemClock,
    });
    const why = async (name: string) => {
      const reading = await postgres.member(name);
      return reading.ok ? '' : reading.why;
    };
    expect(await why('dead')).toBe('connection refused');
    expect(await why('closed')).toBe('there is no database nothing-here');
    expect(await why('plain')).toBe('it does not offer TLS');
    expect(await why('pg9')).toBe('pg9 is no configured member');
    await postgres.close();
  });

  it('checks the certificate by address and authority, and says what is wrong with it', async () => {
    const { folder, cert } = certificateFor('127.0.0.1');
    primary.sql(`ALTER SYSTEM SET ssl_cert_file = '${cert}'`);
    primary.sql(`ALTER SYSTEM SET ssl_key_file = '${join(folder, 'key.pem')}'`);
    primary.sql('ALTER SYSTEM SET ssl = on');
    await primary.stop();
    await primary.start();
    const postgres = createPostgres({
      members: [
        { name: 'trusted', login: { ...login(primary.port), tls: { ca: cert } } },
        { name: 'unknown', login: { ...login(primary.port), tls: {} } },
        { name: 'other-name', login: { ...login(primary.port), host: 'localhost', tls: { ca: cert } } },
      ],
      clock: systemClock,
    });
    const [trusted, unknown, other] = await Promise.all(
      ['trusted', 'unknown', 'other-name'].map((name) => postgres.member(name)),
    );
    await postgres.close();
    rmSync(folder, { recursive: true });
    expect(trusted).toMatchObject({ ok: true });
    expect(unknown).toMatchObject({ why: 'its TLS certificate is signed by itself and no `ca` is configured' });
    expect(other).toMatchObject({ why: 'its TLS certificate is for another name' });
  });

  it('names the role and never the password when that is refused', async () => {
    const hba = primary.sql('SHOW hba_file');
    primary.sql(
      `COPY (SELECT 'host all trunkline 127.0.0.1/32 scram-sha-256' UNION ALL SELECT 'host all all 127.0.0.1/32 trust') TO '${hba}'`,
    );
    primary.sql('SELECT pg_reload_conf()');
    const postgres = createPostgres({
      members: [{ name: 'pg1', login: { ...login(primary.port), password: 'not-the-password' } }],
      clock: systemClock,
    });
    expect(await postgres.member('pg1')).toMatchObject({ ok: false, why: 'password refused for trunkline' });
    await postgres.close();
  });
});

/** A certificate signed by itself for an address, in a folder that PostgreSQL can read. */
function certificateFor(address: string): { folder: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-tls-'));
  const cert = join(folder, 'cert.pem');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=test', '-addext', `subjectAltName=IP:${address}`, '-days', '2', '-out', cert];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject], { stdio: 'ignore' });
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', 'postgres', folder]);
  return { folder, cert };
}

/** Relays to a port; once silent, what is open gives no answer any more (as after a host vanished), while new connections work. */
async function silentRelay(target: number): Promise<{ port: number; fallSilent(): void; neverAgain(): void; close(): void }> {
  const { connect } = await import('node:net');
  const open = new Set<Socket>();
  let never = false;
  const server: Server = createServer((client) => {
    open.add(client);
    client.on('error', () => undefined);
    if (never) return;
    const upstream = connect(target, '127.0.0.1');
    upstream.on('error', () => undefined);
    open.add(upstream);
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    fallSilent: () => {
      for (const socket of open) socket.unpipe().pause();
    },
    neverAgain: () => {
      never = true;
    },
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
