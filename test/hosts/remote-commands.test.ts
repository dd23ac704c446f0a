import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import { addresses, argvOverSsh, checkpoint, claim, patroniLog, readClaimResult } from '../../src/hosts/remote-commands.ts';
import { makeConfigDirectory } from '../../src/hosts/standby-commands.ts';
import { sudoGrants } from '../../src/hosts/sudo-grants.ts';

describe('remote commands', () => {
  it('run as themselves without sudo, and as somebody else only by sudo that never asks', () => {
    expect(argvOverSsh(addresses())[0]).toBe('/usr/bin/ip');
    expect(argvOverSsh(checkpoint()).slice(0, 5)).toEqual(['/usr/bin/sudo', '-n', '-u', 'postgres', '--']);
  });

  it('name programs by absolute path, as a PATH on the host could replace them', () => {
    for (const command of [checkpoint(), addresses(), claim('r1'), patroniLog({ lines: 1, since: 1 })])
      expect(command.argv[0]).toMatch(/^\/usr\/bin\/[a-z]+$/);
  });

  it('refuse a claim that would leave its folder', () => {
    for (const id of ['../x', 'a/b', '', '.hidden', 'a b', `${'x'.repeat(200)}`]) {
      expect(() => claim(id)).toThrow('cannot name a claim');
      expect(() => readClaimResult(id)).toThrow('cannot name a claim');
    }
  });

  it('refuse numbers that would not be digits on the command line', () => {
    expect(() => patroniLog({ lines: 1.5, since: 0 })).toThrow('1.5');
    expect(() => patroniLog({ lines: 1, since: Number.NaN })).toThrow('NaN');
  });

  it('make no folder as root where postgres could have laid a link, which root would follow', () => {
    const layout = layoutOf({ dataDirectory: '/var/lib/postgresql/15/main' });
    expect(makeConfigDirectory(layout)).toMatchObject({
      as: 'postgres',
      argv: ['/usr/bin/mkdir', '-p', '--', '/etc/postgresql/15/main'],
    });
    const byRoot = sudoGrants(layout).filter(({ runAs }) => runAs === 'root');
    expect(JSON.stringify(byRoot)).not.toContain('/etc/postgresql');
  });

  it('are matched by what sudo is told to allow', () => {
    const [, , log] = sudoGrants(layoutOf({ dataDirectory: '/data' }));
    if (log === undefined || !('matching' in log.args)) throw new Error('the log is granted by an expression');
    const [program, ...args] = patroniLog({ lines: 200, since: 1_700_000_000 }).argv;
    expect(program).toBe(log.program);
    expect(args.join(' ')).toMatch(new RegExp(log.args.matching));
    expect([...args, '--vacuum-size=1'].join(' ')).not.toMatch(new RegExp(log.args.matching));
  });
});
