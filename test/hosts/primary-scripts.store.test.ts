import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { standbyConf } from '../../src/acts/standby-conf.ts';
import {
  ACCESS_SCRIPT,
  DROP_SLOT_SCRIPT,
  ROLE_SCRIPT,
  RULES_SCRIPT,
  SETTINGS_SCRIPT,
  SLOT_SCRIPT,
} from '../../src/hosts/standby-scripts.ts';
import { scramVerifier } from '../../src/stack/scram-verifier.ts';
import { usePostgresScripts } from '../support/postgres-scripts.ts';

const scripts = usePostgresScripts();
const { ok } = scripts;

describe('the scripts on a primary', () => {
  it('add one line to pg_hba.conf however often they run, keep the file from before, and PostgreSQL reads it', () => {
    const file = scripts.server.sql('show hba_file');
    const before = readFileSync(file, 'utf8');
    for (let i = 0; i < 3; i += 1) ok(ACCESS_SCRIPT, ['standby_c1', '10.9.8.7/32']);
    const first = readFileSync(file, 'utf8');
    ok(ACCESS_SCRIPT, ['standby_c1', '10.9.8.6/32']);
    const added = readFileSync(file, 'utf8').slice(first.length).trim().split(/\s+/);
    expect(added).toEqual(['host', 'replication', 'standby_c1', '10.9.8.6/32', 'scram-sha-256']);
    writeFileSync(file, first);
    const after = readFileSync(file, 'utf8');
    expect(after.startsWith(before)).toBe(true);
    expect(after.slice(before.length).trim().split(/\s+/)).toEqual([
      'host',
      'replication',
      'standby_c1',
      '10.9.8.7/32',
      'scram-sha-256',
    ]);
    expect(readFileSync(`${file}.before-standby_c1`, 'utf8')).toBe(before);
    expect(JSON.parse(ok(RULES_SCRIPT))).toContainEqual(
      expect.objectContaining({ users: ['standby_c1'], address: '10.9.8.7', method: 'scram-sha-256', error: null }),
    );
  });

  it('make a role that replicates by its password, and log neither it nor its verifier', async () => {
    const verifier = scramVerifier('the-password-of-c1', randomBytes(16));
    for (let i = 0; i < 2; i += 1) ok(ROLE_SCRIPT, ['standby_c1'], `${verifier}\n`);
    expect(
      scripts.server.sql("select rolreplication, rolcanlogin, rolsuper, rolpassword from pg_authid where rolname = 'standby_c1'"),
    ).toBe(`t|t|f|${verifier}`);
    const log = readFileSync(join(scripts.server.sql('show data_directory'), '..', 'log'), 'utf8');
    expect(log).toContain('log_statement');
    expect(log).not.toContain(verifier.slice(20, 40));
    const client = new pg.Client({
      host: '127.0.0.1',
      port: scripts.server.port,
      user: 'standby_c1',
      password: 'the-password-of-c1',
      database: 'postgres',
    });
    await client.connect();
    await client.end();
  });

  it('make a slot once and drop it, but not while it is used', () => {
    for (let i = 0; i < 2; i += 1) ok(SLOT_SCRIPT, ['standby_c1']);
    expect(scripts.server.sql('select slot_name, restart_lsn is not null from pg_replication_slots')).toBe('standby_c1|t');
    for (let i = 0; i < 2; i += 1) ok(DROP_SLOT_SCRIPT, ['standby_c1']);
    expect(scripts.server.sql('select count(*) from pg_replication_slots')).toBe('0');
  });

  it('tell its configuration, of which a standby takes all but what belongs to one server', () => {
    const own = { host: '10.9.8.7', port: 5433, dataDirectory: '/data', configDirectory: '/etc/postgresql/15/main' };
    const [conf, hba] = standbyConf(ok(SETTINGS_SCRIPT), own);
    expect(conf.text).toContain("wal_level = 'logical'\n");
    expect(conf.text).toContain("port = '5433'\n");
    expect(conf.text).toContain("listen_addresses = '10.9.8.7,127.0.0.1'\n");
    expect(conf.text).not.toContain(String(scripts.server.port));
    expect(hba.text).toContain('standby_c1');
  });
});
