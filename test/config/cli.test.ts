import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';

const good = parse(readFileSync(new URL('good.yml', import.meta.url), 'utf8')) as Record<string, unknown>;
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJmXhXUfbBqGyoG2mRkJ3vCkQ0n2yZQ0aGk1m0C5x7yQ';
const OTHER = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKmXhXUfbBqGyoG2mRkJ3vCkQ0n2yZQ0aGk1m0C5x7yQ';
const person = (user: string, ...keys: readonly string[]) => ({ user, name: user.toLowerCase(), keys });
const load = (cli: object) => loadConfig(stringify({ ...good, cli }), 'x.yml').cli;

describe('cli in the configuration', () => {
  it('may be left out, and then nothing listens', () => {
    expect(loadConfig(stringify(good), 'x.yml').cli).toBeUndefined();
  });

  it('needs nothing but people and their keys', () => {
    expect(load({ people: [person('U0OLGA', KEY, `${OTHER} olga@laptop`)] })).toMatchObject({
      ...{ host: '127.0.0.1', port: 9188, name: 'trunkline', lastKnownFor: 8 * 3_600_000 },
    });
  });

  it.each([
    [
      'a key that speaks for two people',
      { people: [person('U0OLGA', KEY), person('U0ADAM', `${KEY} x`)] },
      /is listed twice: for U0OLGA and for U0ADAM/,
    ],
    ['a person twice', { people: [person('U0OLGA', KEY), person('U0OLGA', OTHER)] }, /U0OLGA stands there twice/],
    ['what is no public key', { people: [person('U0OLGA', 'ssh-ed25519 AAAA')] }, /this is no public key of a kind that counts/],
    [
      'a private key, without repeating it',
      { people: [person('U0OLGA', '-----BEGIN OPENSSH PRIVATE KEY-----')] },
      /keys\[0\] .*no public key/,
    ],
    ['nobody', { people: [] }, /cli\.people/],
    ['a last word that is days old', { people: [person('U0OLGA', KEY)], lastKnownFor: '2d' }, /at most 24h/],
    ['a name instead of an id', { people: [{ user: 'olga', name: 'olga', keys: [KEY] }] }, /a person is an id such as U0123ABCD/],
  ])('refuses %s', (_, cli, why) => {
    expect(() => load(cli)).toThrow(why);
    expect(() => load(cli)).not.toThrow(/PRIVATE KEY/);
  });
});
