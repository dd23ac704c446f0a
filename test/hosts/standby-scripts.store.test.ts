import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standbyConf } from '../../src/acts/standby-conf.ts';
import { parsePaths } from '../../src/hosts/bare-host.ts';
import { KeptName } from '../../src/core/names.ts';
import { parseKept } from '../../src/hosts/parse-kept.ts';
import { LIST_KEPT_SCRIPT, SET_ASIDE_SCRIPT } from '../../src/hosts/data-scripts.ts';
import {
  ACCESS_SCRIPT,
  CONFIG_SCRIPT,
  DELETE_SCRIPT,
  DISCARD_SCRIPT,
  DROP_SLOT_SCRIPT,
  PASSFILE_SCRIPT,
  PATHS_SCRIPT,
  PLACE_SCRIPT,
  ROLE_SCRIPT,
  RULES_SCRIPT,
  SETTINGS_SCRIPT,
  SLOT_SCRIPT,
} from '../../src/hosts/standby-scripts.ts';
import { scramVerifier } from '../../src/stack/scram-verifier.ts';
import { type PostgresServer, postgresServer } from '../support/postgres-server.ts';

let server: PostgresServer;
let folder: string;
const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));

beforeAll(async () => {
  server = await postgresServer({ log_statement: 'all' });
  folder = mkdtempSync(join(tmpdir(), 'trunkline-standby-'));
  chownSync(folder, id('-u'), id('-g'));
});
afterAll(() => {
  server.remove();
  rmSync(folder, { recursive: true, force: true });
});

function sh(script: string, args: readonly string[] = [], input = '') {
  const env = { ...process.env, PGHOST: '127.0.0.1', PGPORT: String(server.port), PGUSER: 'postgres' };
  const asPostgres = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script, 'sh', ...args], {
    ...{ input, env, encoding: 'utf8' },
    ...asPostgres,
  });
  return { status, stdout, stderr };
}
const ok = (script: string, args: readonly string[] = [], input = '') => {
  const said = sh(script, args, input);
  expect(said.stderr + said.status).toBe('0');
  return said.stdout;
};
const at = (name: string) => join(folder, name);
const write = (path: string, text = '') => {
  writeFileSync(path, text);
  chownSync(path, id('-u'), id('-g'));
};
const make = (path: string) => {
  mkdirSync(path);
  chownSync(path, id('-u'), id('-g'));
};

describe('the scripts on a primary', () => {
  it('add one line to pg_hba.conf however often they run, keep the file from before, and PostgreSQL reads it', () => {
    const file = server.sql('show hba_file');
    const before = readFileSync(file, 'utf8');
    for (let i = 0; i < 3; i += 1) ok(ACCESS_SCRIPT, ['standby_c1', '10.9.8.7/32']);
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
      server.sql("select rolreplication, rolcanlogin, rolsuper, rolpassword from pg_authid where rolname = 'standby_c1'"),
    ).toBe(`t|t|f|${verifier}`);
    const log = readFileSync(join(server.sql('show data_directory'), '..', 'log'), 'utf8');
    expect(log).toContain('log_statement');
    expect(log).not.toContain(verifier.slice(20, 40));
    const client = new pg.Client({
      host: '127.0.0.1',
      port: server.port,
      user: 'standby_c1',
      password: 'the-password-of-c1',
      database: 'postgres',
    });
    await client.connect();
    await client.end();
  });

  it('make a slot once and drop it, but not while it is used', () => {
    for (let i = 0; i < 2; i += 1) ok(SLOT_SCRIPT, ['standby_c1']);
    expect(server.sql('select slot_name, restart_lsn is not null from pg_replication_slots')).toBe('standby_c1|t');
    for (let i = 0; i < 2; i += 1) ok(DROP_SLOT_SCRIPT, ['standby_c1']);
    expect(server.sql('select count(*) from pg_replication_slots')).toBe('0');
  });

  it('tell its configuration, of which a standby takes all but what belongs to one server', () => {
    const own = { host: '10.9.8.7', port: 5433, dataDirectory: '/data', configDirectory: '/etc/postgresql/15/main' };
    const [conf, hba] = standbyConf(ok(SETTINGS_SCRIPT), own);
    expect(conf.text).toContain("wal_level = 'logical'\n");
    expect(conf.text).toContain("port = '5433'\n");
    expect(conf.text).toContain("listen_addresses = '10.9.8.7,127.0.0.1'\n");
    expect(conf.text).not.toContain(String(server.port));
    expect(hba.text).toContain('standby_c1');
  });
});

describe('the scripts on the host of a standby', () => {
  it('see what is at a path, whether postgres may write there, and how much room there is', () => {
    make(at('full'));
    write(at('full/x'));
    make(at('none'));
    const seen = parsePaths(ok(PATHS_SCRIPT, [], `${at('full')}\n${at('none')}\n${at('full/x')}\n${at('a/b/c')}\n/proc\n`));
    expect(Object.values(seen).map(({ kind }) => kind)).toEqual(['filled', 'empty', 'other', 'absent', 'filled']);
    expect(seen[at('a/b/c')]).toMatchObject({ writable: true, isMount: false, freeBytes: expect.any(Number) });
    expect(seen['/proc']).toMatchObject({ isMount: true });
    expect(seen[at('full')]?.usedBytes).toBeGreaterThan(0);
  });

  it('keep the first password file, readable by its owner alone, and tell it to whoever comes later', () => {
    const file = at('15/main.pgpass');
    expect(ok(PASSFILE_SCRIPT, [file], '*:*:*:standby_c1:first\n')).toBe('*:*:*:standby_c1:first\n');
    expect(ok(PASSFILE_SCRIPT, [file], '*:*:*:standby_c1:second\n')).toBe('*:*:*:standby_c1:first\n');
    expect(lstatSync(file).mode & 0o777).toBe(0o600);
    expect(execFileSync('ls', [at('15')], { encoding: 'utf8' })).toBe('main.pgpass\n');
  });

  it('write a file of the configuration, and leave one that is there as it is', () => {
    ok(CONFIG_SCRIPT, [at('pg_hba.conf')], 'first\n');
    ok(CONFIG_SCRIPT, [at('pg_hba.conf')], 'second\n');
    expect(readFileSync(at('pg_hba.conf'), 'utf8')).toBe('first\n');
  });

  it('place a complete copy as a standby once, rename what was there, and do nothing without one', () => {
    const programs = execFileSync('sh', ['-c', 'ls -d /usr/lib/postgresql/*/bin | tail -n 1'], { encoding: 'utf8' }).trim();
    make(at('data'));
    write(at('data/old'));
    make(at('data.trunkline-copy'));
    write(at('data.trunkline-copy/postgresql.auto.conf'), "work_mem = '8MB'\nprimary_conninfo = 'host=old'\n");
    ok(PLACE_SCRIPT, [at('data'), programs], 'primary_conninfo = new\n');
    expect(existsSync(at('data/old'))).toBe(true);
    write(at('data.trunkline-copy/backup_manifest'));
    for (let i = 0; i < 2; i += 1) ok(PLACE_SCRIPT, [at('data'), programs], 'primary_conninfo = new\n');
    expect(existsSync(at('data/standby.signal'))).toBe(true);
    expect(readFileSync(at('data/postgresql.auto.conf'), 'utf8')).toBe("work_mem = '8MB'\nprimary_conninfo = new\n");
    const kept = execFileSync('ls', [folder], { encoding: 'utf8' })
      .split('\n')
      .filter((name) => name.startsWith('data.old-'));
    expect(kept).toHaveLength(1);
    const [listed] = parseKept(sh(LIST_KEPT_SCRIPT, [at('data')]).stdout, at('data'));
    expect(listed?.path).toBe(at(`${kept[0]}`));
    expect(KeptName.safeParse(listed?.suffix).success).toBe(true);
    expect(existsSync(at(`${kept[0]}/old`))).toBe(true);
  });

  it('refuse to place a copy beside a server that runs', () => {
    const data = server.sql('show data_directory');
    const copy = `${data}.trunkline-copy`;
    make(copy);
    write(`${copy}/backup_manifest`);
    const bin = execFileSync('sh', ['-c', 'ls -d /usr/lib/postgresql/*/bin | tail -n 1'], { encoding: 'utf8' }).trim();
    expect(sh(PLACE_SCRIPT, [data, bin], '').status).toBe(5);
    expect(server.sql('select 1')).toBe('1');
    ok(DISCARD_SCRIPT, [data, '-']);
    expect(existsSync(copy)).toBe(false);
  });

  it.each([
    ['place a copy', PLACE_SCRIPT],
    ['delete a data directory', DELETE_SCRIPT],
  ])('do not %s where it cannot be told whether a server runs, as where pg_ctl is missing', (_what, script) => {
    execFileSync('mkdir', ['-p', at('unsure'), at('unsure.trunkline-copy')]);
    write(at('unsure/x'));
    write(at('unsure.trunkline-copy/backup_manifest'));
    expect(sh(script, [at('unsure'), '/usr/lib/postgresql/none'], '').status).toBe(5);
    expect(existsSync(at('unsure/x'))).toBe(true);
  });

  it('delete an old data directory, and refuse one in which a server runs', () => {
    const bin = execFileSync('sh', ['-c', 'ls -d /usr/lib/postgresql/*/bin | tail -n 1'], { encoding: 'utf8' }).trim();
    make(at('gone'));
    write(at('gone/x'));
    ok(DELETE_SCRIPT, [at('gone'), bin]);
    expect(existsSync(at('gone'))).toBe(false);
    expect(sh(DELETE_SCRIPT, [server.sql('show data_directory'), bin]).status).toBe(5);
    expect(server.sql('select 1')).toBe('1');
  });

  it('set aside what a crashed server has left, with its postmaster.pid, and never what a server runs in', () => {
    const bin = execFileSync('sh', ['-c', 'ls -d /usr/lib/postgresql/*/bin | tail -n 1'], { encoding: 'utf8' }).trim();
    make(at('crashed'));
    write(at('crashed/PG_VERSION'), '15\n');
    // Past pid_max, so that no process has it.
    write(at('crashed/postmaster.pid'), `4194305\n${at('crashed')}\n`);
    ok(SET_ASIDE_SCRIPT, [at('crashed'), at('crashed.old-t1-0'), 'claim', bin]);
    expect(readFileSync(at('crashed.old-t1-0/trunkline.kept'), 'utf8')).toBe('claim\n');
    const data = server.sql('show data_directory');
    expect(sh(SET_ASIDE_SCRIPT, [data, `${data}.old-t1-0`, 'claim', bin]).status).toBe(5);
    expect(server.sql('select 1')).toBe('1');
  });

  it('delete a half copy with its tablespaces and its WAL, and nothing else', () => {
    for (const name of ['d', 'd.trunkline-copy', 'd.trunkline-copy/pg_tblspc', 'ts', 'ts/PG_15_1', 'wal']) make(at(name));
    write(at('ts/other'));
    write(at('wal/0001'));
    symlinkSync(at('ts'), at('d.trunkline-copy/pg_tblspc/16384'));
    symlinkSync(at('wal'), at('d.trunkline-copy/pg_wal'));
    for (let i = 0; i < 2; i += 1) ok(DISCARD_SCRIPT, [at('d'), at('wal')]);
    expect([at('d.trunkline-copy'), at('ts/PG_15_1'), at('wal/0001')].filter(existsSync)).toEqual([]);
    expect([at('d'), at('ts/other'), at('wal')].filter(existsSync)).toHaveLength(3);
  });
});
