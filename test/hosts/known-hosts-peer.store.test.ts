import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownHost } from '../../src/hosts/known-hosts.ts';
import { newKey } from '../support/new-key.ts';
import { type KeyFolder, keyFolder, keygen } from '../support/sshd.ts';

const key = newKey().public.trim();

describe('known_hosts beside ssh-keygen', () => {
  let keys: KeyFolder;
  beforeAll(() => {
    keys = keyFolder();
  });
  afterAll(() => keys.remove());

  /** Lines that ssh-keygen -F finds. */
  const theirs = (text: string, name: string) => {
    const { stdout } = spawnSync('ssh-keygen', ['-F', name, '-f', keys.write('known', text)], { encoding: 'utf8' });
    return stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  };

  it('finds what ssh-keygen -F finds, for any list of patterns', () => {
    const label = fc.constantFrom('a', 'b', 'ab', 'pg1', '10');
    const name = fc.array(label, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
    const pattern = fc
      .array(fc.oneof(label, fc.constantFrom('*', '?', '.')), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join(''));
    const maybe = fc.tuple(fc.constantFrom('', '!'), fc.oneof(pattern, name), fc.constantFrom('', ':22', ':2222'));
    const list = fc.array(
      maybe.map(([not, text, port]) => `${not}${port ? `[${text}]${port}` : text}`),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(fc.array(list, { minLength: 1, maxLength: 3 }), name, fc.constantFrom(22, 2222), (lists, host, port) => {
        const text = lists.map((patterns) => `${patterns.join(',')} ${key}\n`).join('');
        expect(knownHost(text, host, port).keys).toHaveLength(theirs(text, port === 22 ? host : `[${host}]:${port}`));
      }),
      { numRuns: 60 },
    );
  });

  it('finds what ssh-keygen -H hashed', () => {
    const names = ['pg1', 'pg1.example.com', '10.0.0.11', '[pg1]:2222', '[2001:db8::1]:2222', '2001:db8::1'];
    const file = keys.write('hashed', names.map((name) => `${name} ${key}\n`).join(''));
    keygen('-H', '-f', file);
    const text = spawnSync('cat', [file], { encoding: 'utf8' }).stdout;
    // A hash is Base64 of a random salt, so any three letters may stand in it: its prefix tells it.
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => line.slice(0, 3)),
    ).toEqual(names.map(() => '|1|'));
    for (const [host, port] of [
      ['pg1', 22],
      ['PG1', 2222],
      ['10.0.0.11', 22],
      ['2001:db8::1', 22],
      ['2001:db8::1', 2222],
    ] as const)
      expect(knownHost(text, host, port).keys).toHaveLength(1);
    expect(knownHost(text, 'pg2', 22).keys).toHaveLength(0);
  });
});
