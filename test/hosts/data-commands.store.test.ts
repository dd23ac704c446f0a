import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as commands from '../../src/hosts/data-commands.ts';
import { MARK_SCRIPT } from '../../src/hosts/data-scripts.ts';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import { parseDataList } from '../../src/hosts/parse-data-list.ts';
import { parseKept } from '../../src/hosts/parse-kept.ts';
import type { RemoteCommand } from '../../src/hosts/remote-commands.ts';
import { sudoGrants } from '../../src/hosts/sudo-grants.ts';

let folder: string;
let layout: ReturnType<typeof layoutOf>;
const FILE = '00000006000000000000000';
/** Runs it here, without sudo. */
const run = ({ argv: [program = '', ...args] }: RemoteCommand) =>
  execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trunkline-data-'));
  layout = layoutOf({ dataDirectory: join(folder, 'main'), binDirectory: join(folder, 'bin') });
  for (const name of ['global', 'pg_tblspc', 'pg_wal']) mkdirSync(join(folder, 'main', name), { recursive: true });
  writeFileSync(join(folder, 'main/global/pg_control'), 'control');
  for (const file of [`${FILE}1`, `${FILE}3`, `${FILE}4`, '00000007.history', `${FILE}4.partial`])
    writeFileSync(join(folder, 'main/pg_wal', file), file);
});
afterEach(() => rmSync(folder, { recursive: true }));

const granted = ({ as, argv }: RemoteCommand) =>
  sudoGrants(layout).some(({ runAs, program, args }) => {
    const joined = argv.slice(1).join(' ');
    const fits = 'matching' in args ? new RegExp(args.matching).test(joined) : args.join(' ') === joined;
    return runAs === as && program === argv[0] && fits;
  });

/** pg_ctl(1), status: 0 a server runs, 3 none runs. */
function pgCtlEndsWith(code: number): void {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'bin/pg_ctl'), `#!/bin/sh\nexit ${code}\n`, { mode: 0o755 });
}

const kept = { suffix: 'wal-t6-3000000', from: `${FILE}3`, claim: '7711-7-r4k2m9xq-keep-wal' };
const old = { suffix: 'old-t6-3000000', claim: '7711-7-r4k2m9xq-set-aside' };

describe('the commands around a data directory', () => {
  it('are granted word for word, and nothing longer', () => {
    const all = [
      ...[commands.listData(layout), commands.readHistory(layout, '00000007.history'), commands.restoreCommand(layout)],
      ...[commands.unwritable(layout), commands.readMark(layout), commands.halfRewound(layout)],
      ...[commands.writeMark(layout, 'rewind-1'), commands.deleteMark(layout), commands.keepWal(layout, kept)],
      ...[commands.setAside(layout, old), commands.listKept(layout), commands.deleteKept(layout, old.suffix)],
    ];
    expect(granted(commands.writeRestoreMark(layout, 'restore-1')), 'only where pgBackRest is configured').toBe(false);
    for (const command of all) {
      expect(granted(command), command.name).toBe(true);
      expect(granted({ ...command, argv: [...command.argv, '/etc'] }), command.name).toBe(false);
    }
  });

  it('refuse to touch anything that a run has not put aside', () => {
    for (const suffix of ['', 'x', 'old-t6-3000000/../../main', 'old-t6-3000000 /', '../main', 'rewinding'])
      expect(() => commands.deleteKept(layout, suffix)).toThrow('has not the form');
    expect(() => commands.setAside(layout, { ...old, suffix: 'gone' })).toThrow('has not the form');
    expect(() => commands.keepWal(layout, { ...kept, from: '$(id)' })).toThrow('has not the form');
    expect(() => commands.readHistory(layout, '../postgresql.conf')).toThrow('has not the form');
    mkdirSync(join(folder, 'main.old-t6-3000000'));
    expect(() => run(commands.deleteKept(layout, old.suffix)), 'it names no run').toThrow();
    expect(existsSync(join(folder, 'main.old-t6-3000000'))).toBe(true);
  });

  it('keep the WAL from a file on with the histories, once', () => {
    run(commands.keepWal(layout, kept));
    const there = () => readdirSync(join(folder, 'main.wal-t6-3000000')).sort();
    expect(there()).toEqual([`${FILE}3`, `${FILE}4`, '00000007.history', 'trunkline.kept']);
    writeFileSync(join(folder, 'main/pg_wal', `${FILE}3`), 'written over by a rewind');
    run(commands.keepWal(layout, kept));
    expect(readFileSync(join(folder, 'main.wal-t6-3000000', `${FILE}3`), 'utf8')).toBe(`${FILE}3`);
  });

  it('set a data directory aside, list it with its run, and delete it; but never one with a server, nor over another', () => {
    for (const code of [0, 1, 127]) {
      pgCtlEndsWith(code);
      expect(() => run(commands.setAside(layout, old)), `pg_ctl status ends with ${code}`).toThrow();
    }
    // A server that crashed leaves it, and is what a rebuild is for.
    writeFileSync(join(folder, 'main/postmaster.pid'), '999999');
    pgCtlEndsWith(3);
    run(commands.setAside(layout, old));
    expect(existsSync(join(folder, 'main'))).toBe(false);
    const [found] = parseKept(run(commands.listKept(layout)), layout.dataDirectory);
    expect(found).toMatchObject({ suffix: 'old-t6-3000000', run: 'r4k2m9xq', path: `${folder}/main.old-t6-3000000` });
    expect(found?.bytes).toBeGreaterThan(0);
    mkdirSync(join(folder, 'main'));
    expect(() => run(commands.setAside(layout, old))).toThrow();
    run(commands.deleteKept(layout, old.suffix));
    expect(readdirSync(folder).sort()).toEqual(['bin', 'main']);
  });

  it('know a half rewound data directory from one that took its place', () => {
    expect(run(commands.halfRewound(layout))).toBe('');
    run(commands.writeMark(layout, 'rewind-1-t7-30'));
    expect(run(commands.halfRewound(layout)).trim()).toBe('rewind-1-t7-30');
    writeFileSync(join(folder, 'main/global/new'), 'another');
    execFileSync('mv', [join(folder, 'main/global/new'), join(folder, 'main/global/pg_control')]);
    expect(run(commands.halfRewound(layout))).toBe('');
    run(commands.deleteMark(layout));
    expect(readdirSync(folder)).toEqual(['main']);
  });

  it('know a half restored data directory by what pgBackRest leaves in it until it is done and PostgreSQL until it has recovered', () => {
    const claim = 'restore-7711-t7-20261122-060000F-h1';
    for (const code of [0, 1, 4, 127]) {
      pgCtlEndsWith(code);
      expect(() => run(commands.writeRestoreMark(layout, claim)), `pg_ctl status ends with ${code}`).toThrow();
    }
    // A server that crashed leaves it, and pgBackRest would not restore.
    writeFileSync(join(folder, 'main/postmaster.pid'), '999999');
    pgCtlEndsWith(3);
    run(commands.writeRestoreMark(layout, claim));
    expect(existsSync(join(folder, 'main/postmaster.pid'))).toBe(false);
    const half = () => run(commands.halfRewound(layout)).trim();
    expect(half(), 'nothing was restored yet').toBe('');
    for (const left of ['backup.manifest', 'backup_label']) {
      writeFileSync(join(folder, 'main', left), '');
      expect(half(), left).toBe(claim);
      rmSync(join(folder, 'main', left));
    }
    rmSync(join(folder, 'main/global/pg_control'));
    expect(half(), 'no control file').toBe(claim);
  });

  it('leave the standby alone that came of a rewind, when a worker that was frozen marks that rewind again', () => {
    const [data, mark] = [join(folder, 'main'), join(folder, 'main.rewinding')];
    const again = () => execFileSync('/bin/sh', ['-c', MARK_SCRIPT, 'sh', data, mark, 'rewind-1-t7-30', join(folder, 'units')]);
    writeFileSync(join(data, 'standby.signal'), '');
    mkdirSync(join(folder, 'units/rewind-1-t7-30'), { recursive: true });
    again();
    expect([existsSync(join(data, 'standby.signal')), existsSync(mark)]).toEqual([true, false]);
    rmSync(join(folder, 'units/rewind-1-t7-30'), { recursive: true });
    again();
    expect([existsSync(join(data, 'standby.signal')), existsSync(mark)]).toEqual([false, true]);
  });

  it('list what is there, as the parser reads it', () => {
    const entries = parseDataList(run(commands.listData(layout)));
    expect(entries.find(({ path }) => path === layout.dataDirectory)).toMatchObject({ kind: 'folder' });
    expect(
      entries
        .filter(({ path }) => path.includes('/pg_wal/0'))
        .map(({ path }) => path.split('/').at(-1))
        .sort(),
    ).toEqual([`${FILE}1`, `${FILE}3`, `${FILE}4`, `${FILE}4.partial`, '00000007.history'].sort());
  });
});
