import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DRAIN_SCRIPT, UNDRAIN_SCRIPT } from '../../src/hosts/drain-scripts.ts';

const folder = mkdtempSync(join(tmpdir(), 'trunkline-drain-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'config.yml');
const python = spawnSync('/usr/bin/python3', ['-I', '-c', 'import yaml']).status === 0;

const run = (script: string, name = 'r1-tags') =>
  execFileSync('/usr/bin/python3', ['-I', '-c', script, file, name], { stdio: 'pipe' });
const text = () => readFileSync(file, 'utf8');

const FILES: readonly (readonly [string, string, object])[] = [
  [
    'tags with comments and others of its own',
    'scope: billing\ntags:\n  nofailover: false # by hand\n  own: "é"\n\n# PostgreSQL\npostgresql:\n  x: |\n    tags:\n',
    { own: 'é' },
  ],
  ['no tags', 'scope: billing\nname: pg2\n', {}],
  ['empty tags', 'scope: billing\ntags: {}\nname: pg2\n', {}],
  ['tags on one line', 'scope: billing\ntags: {clonefrom: true,\n  nosync: true}\nname: pg2\n', { clonefrom: true }],
  ['tags at the end, without a last newline', 'scope: billing\ntags:\n    nosync: true', {}],
  ['tags that an anchor names', 'scope: billing\nx: &t {own: 1}\ntags: *t\n', { own: 1 }],
];

describe.runIf(python)('what drains a member in its patroni.yml', () => {
  it.each(FILES)('sets three tags, keeps all else, and takes them back: %s', (_name, before, others) => {
    writeFileSync(file, before, { mode: 0o600 });
    run(DRAIN_SCRIPT);
    const drained = { ...others, nofailover: true, noloadbalance: true, nosync: true };
    expect(parse(text())).toEqual({ ...parse(before), tags: drained });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(`${file}.undrained`, 'utf8')).toBe(before);
    const once = text();
    run(DRAIN_SCRIPT);
    expect(text()).toBe(once);
    expect(readFileSync(`${file}.undrained`, 'utf8')).toBe(before);
    run(UNDRAIN_SCRIPT);
    expect(text()).toBe(before.endsWith('\n') ? before : `${before}\n`);
    expect(readdirSync(folder)).toEqual(['config.yml']);
    run(UNDRAIN_SCRIPT);
    expect(parse(text())).toEqual(parse(before));
  });

  it('keeps what people changed while it was drained', () => {
    writeFileSync(file, 'scope: billing\ntags:\n  nosync: false\nlog: {}\n');
    run(DRAIN_SCRIPT);
    writeFileSync(file, text().replace('log: {}', 'log: {level: DEBUG}'));
    run(UNDRAIN_SCRIPT);
    expect(text()).toBe('scope: billing\ntags:\n  nosync: false\nlog: {level: DEBUG}\n');
  });

  it('takes back a drain of a release that wrote no name, as nobody could end it by name', () => {
    writeFileSync(file, 'scope: billing\n#trunkline tags: {own: 1}\ntags: {"own": 1, "nosync": true} #trunkline\n');
    run(UNDRAIN_SCRIPT, 'unnamed');
    expect(text()).toBe('scope: billing\ntags: {own: 1}\n');
  });

  it('does not take back what another drain has set since then, as a worker that thaws late would', () => {
    writeFileSync(file, 'scope: billing\nname: pg2\n');
    run(DRAIN_SCRIPT, 'r1-tags');
    run(UNDRAIN_SCRIPT, 'r1-tags');
    run(DRAIN_SCRIPT, 'r11-tags');
    const drained = text();
    for (const late of ['r1-tags', '1-tags']) expect(() => run(UNDRAIN_SCRIPT, late)).toThrow(/drained by another run/);
    expect(text()).toBe(drained);
    run(UNDRAIN_SCRIPT, 'r11-tags');
    expect(text()).toBe('scope: billing\nname: pg2\n');
  });

  it.each([
    ['no YAML', 'scope: billing\nhidden: [hunter2\ntags:\n\t- x: [\n'],
    ['tags that are no mapping', 'scope: billing\ntags: [a]\n'],
    ['two documents', 'scope: billing\n---\nscope: other\n'],
  ])('leaves the file alone when it cannot change it safely: %s', (_name, before) => {
    writeFileSync(file, before);
    const { status, stderr } = spawnSync('/usr/bin/python3', ['-I', '-c', DRAIN_SCRIPT, file, 'r1-tags'], { encoding: 'utf8' });
    expect(`${status} ${stderr}`).toMatch(/^1 \w+$/);
    expect(text()).toBe(before);
    expect(readdirSync(folder)).toEqual(['config.yml']);
  });

  it('has no blank and no # in it, so that sudoers can hold it', () => {
    for (const script of [DRAIN_SCRIPT, UNDRAIN_SCRIPT]) expect(script).not.toMatch(/[ #]/);
  });
});
