import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import { askRest, isReady } from '../../src/hosts/look-commands.ts';
import { lookFrom } from '../../src/hosts/look-from.ts';
import type { RemoteResult } from '../../src/hosts/ssh-channel.ts';
import type { SshPool } from '../../src/hosts/ssh-pool.ts';

const layout = layoutOf({ dataDirectory: '/var/lib/postgresql/17/main' });
const target = { host: '10.0.0.1', postgresPort: 5432, restUrl: 'http://10.0.0.1:8008' };

/** A host on which the two programs end so. */
function host(ready: Partial<RemoteResult>, rest: Partial<RemoteResult>): SshPool {
  const never = async () => Promise.reject(new Error('not in this test'));
  const ended = (result: Partial<RemoteResult>): RemoteResult => ({ code: 0, stdout: '', stderr: '', ...result });
  return {
    run: async (_host, { name }) => ended(name === 'pg_isready' ? ready : rest),
    mustRun: never,
    warm: never,
    close: () => undefined,
  };
}
const look = (ready: Partial<RemoteResult>, rest: Partial<RemoteResult>) =>
  lookFrom(host(ready, rest), 'pg2', { layout, target, timeoutMs: 1000 });

describe('a look from one host at another', () => {
  it('runs two programs of a fixed form as the login user, which ask nobody for a password', () => {
    expect(isReady(layout, target)).toEqual({
      name: 'pg_isready',
      as: 'trunkline',
      argv: ['/usr/lib/postgresql/17/bin/pg_isready', '-q', '-t', '2', '-h', '10.0.0.1', '-p', '5432'],
    });
    expect(askRest(target).argv.at(-1)).toBe('http://10.0.0.1:8008/patroni');
  });

  it.each(['-h', 'a b', '$(reboot)', '../x', ''])('refuses %j as a host', (name) => {
    expect(() => isReady(layout, { ...target, host: name })).toThrow('has not the form');
    expect(() => askRest({ ...target, restUrl: `http://${name}:8008` })).toThrow('has not the form');
  });

  it.each([
    [0, 0, { postgres: 'accepts', rest: 'answers' }],
    [1, 52, { postgres: 'rejects', rest: 'answers' }],
    [2, 7, { postgres: 'silent', rest: 'silent' }],
    [2, 28, { postgres: 'silent', rest: 'silent' }],
    [2, 35, { postgres: 'silent', rest: 'answers' }],
  ] as const)('reads exit %i of pg_isready and %i of curl', async (ready, rest, seen) => {
    expect(await look({ code: ready }, { code: rest })).toEqual(seen);
  });

  it.each([
    ['pg_isready', { code: 127, stderr: 'not found' }, {}],
    ['curl', { code: 2 }, { code: 127, stderr: 'not found' }],
  ] as const)('does not take a missing %s for a dead host', async (program, ready, rest) => {
    await expect(look(ready, rest)).rejects.toThrow(`${program} failed on pg2: not found`);
  });
});
