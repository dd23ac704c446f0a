import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import type { RemoteCommand } from '../../src/hosts/remote-commands.ts';
import { sudoGrants } from '../../src/hosts/sudo-grants.ts';
import type { UnitCommand } from '../../src/hosts/unit-commands.ts';
import {
  cleanUnits,
  endSession,
  killUnit,
  prepareUnits,
  probeSession,
  resetUnit,
  sessionLog,
  startSession,
  startUnit,
  stopUnit,
  unitJournal,
  writeUnitSecret,
} from '../../src/hosts/unit-remote.ts';

const layout = layoutOf({ dataDirectory: '/var/lib/postgresql/15/main' });
const copy: UnitCommand = {
  name: 'base backup',
  from: { host: '10.77.0.41', port: 5432, user: 'replicator' },
  slot: 'sa2',
  maxRateKibPerSecond: 10_240,
  suffix: 'new',
};
const SET = '20261126-180908F_20261126-180916I';
const claim = '7711123950511697988-3-r4k2m9xq-copy';
const start = { claim, nonce: '0123456789abcdef', command: copy, layout, withinSeconds: 3600, hasSecret: true };

/** Whether sudo would let it through: as sudoers(5) says, all arguments joined by blanks. */
const granted = ({ as, argv }: RemoteCommand) =>
  sudoGrants(layout, { tool: 'pgBackRest', of: 'billing' }).some(({ runAs, program, args }) => {
    const joined = argv.slice(1).join(' ');
    const fits = 'matching' in args ? new RegExp(args.matching).test(joined) : args.join(' ') === joined;
    return runAs === as && program === argv[0] && fits;
  });

describe('the remote commands of long work', () => {
  it.each([
    prepareUnits(),
    startUnit(start),
    startUnit({ ...start, hasSecret: false, command: { ...copy, from: { ...copy.from, host: '2001:db8::1' } } }),
    startSession(start),
    startUnit({ ...start, hasSecret: false, command: { name: 'restore backup', stanza: 'billing', set: SET } }),
    startSession({ ...start, hasSecret: false, command: { name: 'recover backup' } }),
    writeUnitSecret(start),
    killUnit(claim, 'SIGTERM'),
    killUnit(claim, 'SIGKILL'),
    stopUnit(claim),
    resetUnit(claim),
    unitJournal(claim, undefined),
    unitJournal(claim, 's=5d3a;i=1f;b=ab;m=12;t=3;x=9'),
    probeSession(claim),
    endSession(claim),
    sessionLog(claim, 1),
    cleanUnits(),
  ])('$name is granted as $as, word for word', (command) => {
    expect(granted(command)).toBe(true);
    expect(granted({ ...command, argv: [...command.argv, '--more'] })).toBe(false);
    expect(granted({ ...command, argv: command.argv.map((word) => word.replace('trunkline-', 'patroni-')) })).toBe(
      command.argv.join(' ').includes('trunkline-') ? false : granted(command),
    );
  });

  it('are granted with no other user, no other program and no other directory', () => {
    const changed = (from: string, to: string) => {
      const command = startUnit(start);
      return { ...command, argv: command.argv.map((word) => word.replace(from, to)) };
    };
    expect(granted(changed('none of it', ''))).toBe(true);
    for (const [from, to] of [
      ['User=postgres', 'User=root'],
      ['/usr/bin/pg_basebackup', '/usr/bin/psql'],
      ['main.new', 'main'],
      ['main.new', 'main.new/../../main'],
      ['main.new', 'mainxnew'],
      ['umask', 'chmod'],
      ['.secret', '.secret&sslmode=disable'],
      ['10.77.0.41', '10.77.0.41,10.77.0.66'],
    ] as const)
      expect(granted(changed(from, to)), `${from} -> ${to}`).toBe(false);
  });

  it('restore no other stanza, no other backup than one of that form and to no other place', () => {
    const restore = startUnit({ ...start, hasSecret: false, command: { name: 'restore backup', stanza: 'billing', set: SET } });
    for (const [from, to] of [
      ['--stanza=billing', '--stanza=other'],
      ['--set=', '--repo1-path=/tmp --set='],
      [SET, 'latest'],
      ['--pg1-path=/var/lib/postgresql/15/main', '--pg1-path=/etc'],
      ['--type=standby', '--type=none'],
    ] as const)
      expect(granted({ ...restore, argv: restore.argv.map((word) => word.replace(from, to)) }), `${from} -> ${to}`).toBe(false);
    expect(() => startUnit({ ...start, command: { name: 'restore backup', stanza: 'billing', set: 'x --recurse' } })).toThrow(
      'has not the form',
    );
  });

  it('have the user first, as sudo cannot tell where a word ends and a longer one before it could swallow it', () => {
    expect(startUnit(start).argv[1]).toBe('--property=User=postgres');
  });

  it('have no blank in a script, which sudo could not tell from the end of a word', () => {
    for (const command of [startUnit(start), startSession(start), endSession(claim), writeUnitSecret(start), cleanUnits()])
      expect(command.argv[command.argv.indexOf('-c') + 1]).not.toMatch(/ |\$\{/);
  });

  it('refuse every word that is not of its form, so that nothing else reaches the host', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('../x', '-x', 'a b', '$(id)', 'x\n', '%n', ['$', 'X}'].join('{'), ''),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        const bad = /^[A-Za-z0-9][A-Za-z0-9.-]{0,100}$/.test(text) ? `${text} ` : text;
        for (const make of [
          () => startUnit({ ...start, claim: bad }),
          () => endSession(bad),
          () => stopUnit(bad),
          () => unitJournal(bad, undefined),
        ])
          expect(make).toThrow('has not the form');
        const { from } = copy;
        const odd = { ...copy, from: { ...from, host: `${text} ` } };
        expect(() => startUnit({ ...start, command: odd })).toThrow('has not the form');
        expect(() => startUnit({ ...start, command: { ...copy, suffix: `${text}/` } })).toThrow('has not the form');
        expect(() => startUnit({ ...start, command: { ...copy, slot: `${text}'` } })).toThrow('has not the form');
        expect(() => unitJournal(claim, `${text}\n`)).toThrow('has not the form');
      }),
    );
  });
});
