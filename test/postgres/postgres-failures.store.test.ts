import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createPostgres } from '../../src/postgres/postgres.ts';
import { scramVerifier } from '../../src/stack/scram-verifier.ts';
import { trunklineRolesSql } from '../../src/stack/trunkline-roles-sql.ts';
import { type PostgresServer, postgresServer } from '../support/postgres-server.ts';
import { silentRelay } from '../support/silent-relay.ts';

describe('a PostgreSQL that gives no answer', () => {
  let primary: PostgresServer;
  beforeAll(async () => {
    primary = await postgresServer();
    const verifier = scramVerifier('reader-pw', Buffer.alloc(16, 7));
    primary.sql(trunklineRolesSql({ reader: verifier, probe: verifier, probeDatabase: 'trunkline_probe' }).roles);
  });
  afterAll(() => primary.remove());

  const login = (port: number) => ({ host: '127.0.0.1', port, database: 'postgres', user: 'trunkline', password: 'reader-pw' });
  const reads = (port: number) =>
    createPostgres({ members: [{ name: 'pg1', login: login(port) }], clock: systemClock, timeoutMs: 2000 });

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
