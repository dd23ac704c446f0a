import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { parseHostKey } from '../../src/hosts/host-key.ts';
import type { RemoteCommand } from '../../src/hosts/remote-commands.ts';
import { createSshPool, type SshPool } from '../../src/hosts/ssh-pool.ts';
import type { SshTarget } from '../../src/hosts/ssh-target.ts';
import { thrownBy } from '../support/ssh-pool-on.ts';
import { type KeyFolder, keyFolder, keygen, type Sshd, startAgent, startSshd, type TestAgent } from '../support/sshd.ts';

const me = userInfo().username;
const echo = (...words: string[]): RemoteCommand => ({
  name: 'echo',
  as: 'trunkline',
  argv: ['/usr/bin/printf', '%s\\0', ...words],
});

describe("OpenSSH's own server", () => {
  let keys: KeyFolder;
  let sshd: Sshd;
  let agent: TestAgent;
  let pools: SshPool[] = [];
  const poolOf = (...hosts: SshTarget[]) => {
    const pool = createSshPool({ hosts, clock: systemClock });
    pools.push(pool);
    return pool;
  };
  const login = (target: SshTarget) => poolOf(target).run(target.name, echo('in'));

  beforeAll(async () => {
    keys = keyFolder();
    const plain = keys.key('plain');
    keys.key('locked', { passphrase: 'open sesame' });
    for (const name of ['ca', 'stranger', 'other-ca']) keys.key(name);
    const allowed = ['plain', 'locked'].map((name) => readFileSync(`${keys.path}/${name}.pub`, 'utf8')).join('');
    sshd = await startSshd(keys, 'pg1', [
      `AuthorizedKeysFile ${keys.write('authorized', allowed)}`,
      `TrustedUserCAKeys ${keys.path}/ca.pub`,
      'LogLevel VERBOSE',
    ]);
    agent = await startAgent(keys);
    agent.add(plain);
  });
  afterEach(() => {
    for (const pool of pools) pool.close();
    pools = [];
  });
  afterAll(async () => {
    await sshd.stop();
    agent.stop();
    keys.remove();
  });

  it('lets in a key, and a key behind a passphrase, which is named when it is missing or wrong', async () => {
    expect((await login(sshd.target('pg1', { privateKeyFile: `${keys.path}/plain` }))).stdout).toBe('in\0');
    const locked = { privateKeyFile: `${keys.path}/locked` };
    expect((await login(sshd.target('pg1', { ...locked, passphrase: 'open sesame' }))).stdout).toBe('in\0');
    expect((await thrownBy(login(sshd.target('pg1', locked)))).message).toMatch(/locked has a passphrase$/);
    const wrong = await thrownBy(login(sshd.target('pg1', { ...locked, passphrase: 'wrong horse' })));
    expect(wrong.message).toMatch(/^the passphrase does not open the ssh key /);
    expect(JSON.stringify([wrong.message, wrong.hint])).not.toContain('wrong horse');
  });

  it('lets in a key that only the agent holds', async () => {
    expect((await login(sshd.target('pg1', { agentSocket: agent.socket }))).stdout).toBe('in\0');
  });

  it.each([
    ['ed25519', []],
    ['ecdsa', ['-b', '256']],
    ['ecdsa', ['-b', '521']],
    ['rsa', ['-b', '2048']],
  ])('lets in a certificate of %s %j, from files and by an agent, with the authority alone on the host', async (type, bits) => {
    const name = `cert-${type}${bits[1] ?? ''}`;
    keygen('-q', '-t', type, ...bits, '-N', '', '-f', `${keys.path}/${name}`);
    const certificateFile = keys.certificate(`${keys.path}/${name}`, `${keys.path}/ca`, '-n', me, '-V', '+1h');
    const fromFiles = sshd.target('pg1', { privateKeyFile: `${keys.path}/${name}`, certificateFile });
    // ECDSA signatures differ in length each time.
    for (let n = 0; n < 4; n += 1) expect((await login(fromFiles)).stdout).toBe('in\0');
    const holder = await startAgent(keys, name);
    holder.add(`${keys.path}/${name}`);
    expect((await login(sshd.target('pg1', { agentSocket: holder.socket }))).stdout).toBe('in\0');
    expect((await login(sshd.target('pg1', { agentSocket: holder.socket, certificateFile }))).stdout).toBe('in\0');
    holder.stop();
    expect(sshd.log()).toMatch(new RegExp(`Accepted publickey for ${me} .* ${type.toUpperCase()}-CERT`));
  });

  it('refuses a certificate of another authority, with where to look', async () => {
    const certificateFile = keys.certificate(`${keys.path}/stranger`, `${keys.path}/other-ca`, '-n', me);
    const refused = await thrownBy(login(sshd.target('pg1', { privateKeyFile: `${keys.path}/stranger`, certificateFile })));
    expect(refused.message).toBe(`ssh refused the certificate of ${me} on pg1`);
    expect(refused.hint).toContain('TrustedUserCAKeys');
  });

  it.each([
    ['that has ended', ['-n', me, '-V', '-2h:-1h'], /ended at \d{4}-/],
    ['that is for somebody else', ['-n', 'anna'], /is for anna, not for /],
  ])('is not even asked with a certificate %s', async (_why, options, words) => {
    const key = keys.key(`spoilt-${options.length}`);
    const certificateFile = keys.certificate(key, `${keys.path}/ca`, ...options);
    expect((await thrownBy(login(sshd.target('pg1', { privateKeyFile: key, certificateFile })))).message).toMatch(words);
  });

  it('names an agent that is away, one that is empty, and one whose keys it does not know', async () => {
    const away = await thrownBy(login(sshd.target('pg1', { agentSocket: `${keys.path}/nowhere.sock` })));
    expect(away.message).toMatch(/^the ssh agent behind .* does not answer \(ENOENT\)$/);
    const empty = await startAgent(keys, 'empty');
    expect((await thrownBy(login(sshd.target('pg1', { agentSocket: empty.socket })))).message).toMatch(/holds no key$/);
    empty.add(keys.key('unknown'));
    const refused = await thrownBy(login(sshd.target('pg1', { agentSocket: empty.socket })));
    expect(refused.message).toMatch(/^ssh refused every key of the agent for \S+ on pg1: SHA256:\S{43}$/);
    empty.stop();
  });

  it('hands every word of a command over as it is, whatever is in it', async () => {
    const pool = poolOf(sshd.target('pg1', { agentSocket: agent.socket }));
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !text.includes('\0')),
      fc.constantFrom(
        "'",
        '$(reboot)',
        '`id`',
        '; rm -rf /',
        '\n',
        '\r',
        '',
        '*',
        '~',
        '\\',
        "'\\''",
        '!!',
        '-n',
        '#',
        '\u202e',
        '%s',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 6 }), async (words) => {
        const { stdout } = await pool.run('pg1', echo(...words));
        expect(stdout.split('\0').slice(0, -1)).toEqual(words.map((text) => Buffer.from(text).toString()));
      }),
      { numRuns: 20 },
    );
  });

  describe('its key in a known_hosts file', () => {
    const known = (text: string) => ({
      ...{ privateKeyFile: `${keys.path}/plain`, hostKey: undefined },
      knownHostsFile: keys.write('known_hosts', text),
    });

    it('is found by name and port, also hashed by ssh-keygen -H', async () => {
      const line = `[127.0.0.1]:${sshd.port} ${sshd.hostPublicKey}\n`;
      expect((await login(sshd.target('pg1', known(line)))).stdout).toBe('in\0');
      const hashed = known(line);
      keygen('-H', '-f', hashed.knownHostsFile);
      expect(readFileSync(hashed.knownHostsFile, 'utf8')).toMatch(/^\|1\|/);
      expect((await login(sshd.target('pg1', hashed))).stdout).toBe('in\0');
    });

    it('is read again at each connect', async () => {
      const file = known(`[127.0.0.1]:${sshd.port} ${readFileSync(`${keys.path}/stranger.pub`, 'utf8')}`);
      expect((await thrownBy(login(sshd.target('pg1', file)))).message).toMatch(/^the host key of pg1 is .* is configured$/);
      keys.write('known_hosts', `[127.0.0.1]:${sshd.port} ${sshd.hostPublicKey}`);
      expect((await login(sshd.target('pg1', file))).stdout).toBe('in\0');
    });

    it('is refused when revoked, even where the inventory pins it', async () => {
      const file = { ...known(`@revoked * ${sshd.hostPublicKey}\n`), hostKey: parseHostKey(sshd.hostPublicKey) };
      expect((await thrownBy(login(sshd.target('pg1', file)))).message).toMatch(/is marked @revoked in the known_hosts file$/);
    });

    it('is missing in words: no line, only an authority, no file', async () => {
      expect((await thrownBy(login(sshd.target('pg1', known('\n'))))).message).toMatch(
        /has no key for \[127\.0\.0\.1\]:\d+ \(pg1\)$/,
      );
      const authority = await thrownBy(login(sshd.target('pg1', known(`@cert-authority * ${sshd.hostPublicKey}`))));
      expect(authority.message).toMatch(/knows only a certificate authority for pg1, and Trunkline cannot check/);
      const nowhere = { ...known(''), knownHostsFile: '/nowhere/known_hosts' };
      expect((await thrownBy(login(sshd.target('pg1', nowhere)))).message).toContain('cannot be read (ENOENT)');
    });
  });
});
