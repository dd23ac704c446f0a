import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePaths } from '../../src/hosts/bare-host.ts';
import { KeptName } from '../../src/core/names.ts';
import { parseKept } from '../../src/hosts/parse-kept.ts';
import { LIST_KEPT_SCRIPT, SET_ASIDE_SCRIPT } from '../../src/hosts/data-scripts.ts';
import {
  CONFIG_SCRIPT,
  DELETE_SCRIPT,
  DISCARD_SCRIPT,
  PASSFILE_SCRIPT,
  PATHS_SCRIPT,
  PLACE_SCRIPT,
} from '../../src/hosts/standby-scripts.ts';
import { usePostgresScripts } from '../support/postgres-scripts.ts';

const scripts = usePostgresScripts();
const { sh, ok, at, write, make } = scripts;

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

  it('keep the first password of a role, readable by its owner alone, and tell it to whoever comes later', () => {
    const file = at('15/main.pgpass');
    expect(ok(PASSFILE_SCRIPT, [file, 'keep'], '*:*:*:standby_c1:first\n')).toBe('*:*:*:standby_c1:first\n');
    expect(ok(PASSFILE_SCRIPT, [file, 'keep'], '*:*:*:standby_c1:second\n')).toBe('*:*:*:standby_c1:first\n');
    expect(lstatSync(file).mode & 0o777).toBe(0o600);
    expect(execFileSync('ls', [at('15')], { encoding: 'utf8' })).toBe('main.pgpass\n');
  });

  it('keep passwords of several roles in one file, each before what stood there, and replace the one of a role that was made anew', () => {
    const file = at('other.pgpass');
    write(file, '*:*:*:replicator:theirs\n*:*:*:*:any\n');
    ok(PASSFILE_SCRIPT, [file, 'keep'], '*:*:*:standby_c1:one\n');
    ok(PASSFILE_SCRIPT, [file, 'keep'], '*:*:*:standby_c2:two\n');
    expect(ok(PASSFILE_SCRIPT, [file, 'replace'], '*:*:*:standby_c1:anew\n')).toBe('*:*:*:standby_c1:anew\n');
    expect(readFileSync(file, 'utf8').split('\n')).toEqual([
      ...['*:*:*:standby_c1:anew', '*:*:*:standby_c2:two', '*:*:*:replicator:theirs', '*:*:*:*:any', ''],
    ]);
    expect(lstatSync(file).mode & 0o777).toBe(0o600);
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
    const kept = execFileSync('ls', [at('.')], { encoding: 'utf8' })
      .split('\n')
      .filter((name) => name.startsWith('data.old-'));
    expect(kept).toHaveLength(1);
    const [listed] = parseKept(sh(LIST_KEPT_SCRIPT, [at('data')]).stdout, at('data'));
    expect(listed?.path).toBe(at(`${kept[0]}`));
    expect(KeptName.safeParse(listed?.suffix).success).toBe(true);
    expect(existsSync(at(`${kept[0]}/old`))).toBe(true);
  });

  it('refuse to place a copy beside a server that runs', () => {
    const data = scripts.server.sql('show data_directory');
    const copy = `${data}.trunkline-copy`;
    make(copy);
    write(`${copy}/backup_manifest`);
    const bin = execFileSync('sh', ['-c', 'ls -d /usr/lib/postgresql/*/bin | tail -n 1'], { encoding: 'utf8' }).trim();
    expect(sh(PLACE_SCRIPT, [data, bin], '').status).toBe(5);
    expect(scripts.server.sql('select 1')).toBe('1');
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
    expect(sh(DELETE_SCRIPT, [scripts.server.sql('show data_directory'), bin]).status).toBe(5);
    expect(scripts.server.sql('select 1')).toBe('1');
  });

  it('set aside what a crashed server has left, with its postmaster.pid, and never what a server runs in', () => {
    const bin = execFileSync('sh', ['-c', 'ls -d /usr/lib/postgresql/*/bin | tail -n 1'], { encoding: 'utf8' }).trim();
    make(at('crashed'));
    write(at('crashed/PG_VERSION'), '15\n');
    // Past pid_max, so that no process has it.
    write(at('crashed/postmaster.pid'), `4194305\n${at('crashed')}\n`);
    ok(SET_ASIDE_SCRIPT, [at('crashed'), at('crashed.old-t1-0'), 'claim', bin]);
    expect(readFileSync(at('crashed.old-t1-0/trunkline.kept'), 'utf8')).toBe('claim\n');
    const data = scripts.server.sql('show data_directory');
    expect(sh(SET_ASIDE_SCRIPT, [data, `${data}.old-t1-0`, 'claim', bin]).status).toBe(5);
    expect(scripts.server.sql('select 1')).toBe('1');
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
