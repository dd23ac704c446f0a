import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drainTags, undrainTags } from '../../src/hosts/drain-commands.ts';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import { isLogFile, postgresLogFile } from '../../src/hosts/log-commands.ts';
import { cancelBackend, dropSlot, terminateBackend } from '../../src/hosts/psql-commands.ts';
import type { RemoteCommand } from '../../src/hosts/remote-commands.ts';
import { sudoGrants } from '../../src/hosts/sudo-grants.ts';

const layout = layoutOf({ dataDirectory: '/var/lib/postgresql/15/main' });
const grants = sudoGrants(layout);
const CONFIG = '/etc/patroni/config.yml';

/** Whether sudo lets these words through for the user that the command runs as. */
function granted({ as, argv: [program, ...args] }: RemoteCommand, words: readonly string[] = args): boolean {
  return grants.some(
    (grant) =>
      grant.runAs === as &&
      grant.program === program &&
      'matching' in grant.args &&
      new RegExp(grant.args.matching).test(words.join(' ')),
  );
}

const commands: readonly (readonly [string, RemoteCommand])[] = [
  ['terminate', terminateBackend({ pid: 4242, startedUs: 1_795_705_000_123_456 })],
  ['cancel', cancelBackend({ pid: 1, startedUs: 1, queryStartedUs: 2 })],
  ['drop a slot', dropSlot({ slot: 'old_1', kind: 'logical', restartLsn: '16/B374D848' })],
  ['drop a slot that keeps nothing', dropSlot({ slot: 'old_1', kind: 'physical', restartLsn: 'none' })],
  ['drain', drainTags(CONFIG, '77-4-r1234567-tags')],
  ['undrain', undrainTags('/etc/patroni/15-main.yml', '77-4-r1234567-tags')],
  ['read a log of the data directory', postgresLogFile(`${layout.dataDirectory}/log/postgresql-Mon.log`, 200, layout)],
  ['read a log of Debian', postgresLogFile('/var/log/postgresql/postgresql-15-main.log', 1, layout)],
];

describe('the remote commands of a closer look', () => {
  it.each(commands)('are granted as they are and not with a word more: %s', (_name, command) => {
    const [, ...args] = command.argv;
    expect(granted(command)).toBe(true);
    expect(granted(command, [...args, '-c', 'DROP'])).toBe(false);
    expect(granted(command, [args[0] ?? '', ...args])).toBe(false);
  });

  it('have constant statements: values come as settings, so that no name can change one', () => {
    const statements = [1, 2].map((pid) => terminateBackend({ pid, startedUs: pid }).argv.at(-1));
    expect(new Set(statements).size).toBe(1);
    expect(dropSlot({ slot: 'a', kind: 'physical', restartLsn: '0/1' }).argv.at(-1)).toBe(
      dropSlot({ slot: 'b', kind: 'logical', restartLsn: 'none' }).argv.at(-1),
    );
  });

  it.each([
    [() => dropSlot({ slot: "a' OR true --", kind: 'physical', restartLsn: '0/1' })],
    [() => dropSlot({ slot: 'a%20-ctrunkline.kind%3Dlogical', kind: 'physical', restartLsn: '0/1' })],
    [() => dropSlot({ slot: 'a', kind: 'physical', restartLsn: '0/1 OR true' })],
    [() => terminateBackend({ pid: -1, startedUs: 1 })],
    [() => terminateBackend({ pid: 1.5, startedUs: 1 })],
    [() => drainTags('/etc/patroni/../shadow.yml', 'r1')],
    [() => drainTags('/etc/shadow', 'r1')],
    [() => undrainTags(CONFIG, 'r1 #x')],
    [() => undrainTags(CONFIG, '')],
    [() => postgresLogFile('/etc/shadow', 1, layout)],
    [() => postgresLogFile(`${layout.dataDirectory}/log/../../../.pgpass`, 1, layout)],
    [() => postgresLogFile('/var/log/postgresql/x.log', 5000, layout)],
  ])('refuse what has not its form, %#', (make) => {
    expect(make).toThrow(/has not the form/);
  });

  it('read a log in the usual folders alone, whatever a server says of its log', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (name) => {
        const path = `/var/log/postgresql/${name}`;
        expect(isLogFile(path, layout)).toBe(/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name));
      }),
    );
    expect(isLogFile('/var/lib/postgresql/15/main/postgresql.conf', layout)).toBe(false);
  });
});
