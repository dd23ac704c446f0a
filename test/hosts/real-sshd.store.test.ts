import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { parseHostKey } from '../../src/hosts/host-key.ts';
import { createSshPool, type SshPool } from '../../src/hosts/ssh-pool.ts';
import { newKey } from '../support/new-key.ts';
import { freePort } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'trunkline-sshd-'));
let sshd: ChildProcess;
let ssh: SshPool;

beforeAll(async () => {
  const [host, user, port] = [newKey(), newKey(), await freePort()];
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const settings = [
    ...[`HostKey ${file('host', host.private)}`, `Port ${port}`, 'ListenAddress 127.0.0.1', 'StrictModes no', 'UsePAM no'],
    ...[`AuthorizedKeysFile ${file('authorized', `${user.public}\n`)}`, 'PidFile none', 'PermitRootLogin yes'],
  ];
  mkdirSync('/run/sshd', { recursive: true });
  sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', file('config', `${settings.join('\n')}\n`)], { stdio: 'ignore' });
  await until(() => {
    try {
      execFileSync('/bin/bash', ['-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }, 10_000);
  const place = { name: 'pg1', host: '127.0.0.1', port, user: userInfo().username };
  const target = { ...place, privateKeyFile: file('user', user.private), hostKey: parseHostKey(host.public) };
  ssh = createSshPool({ hosts: [target], clock: systemClock });
});
afterAll(() => {
  ssh.close();
  sshd.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** The words as a program on the host gets them, in hex, so that no terminal or decoder stands between. */
async function arrived(words: readonly string[]): Promise<readonly string[]> {
  const script = 'import sys,os; print("\\n".join(os.fsencode(w).hex() for w in sys.argv[1:]))';
  const argv = ['/usr/bin/python3', '-c', script, ...words];
  const { code, stdout } = await ssh.run('pg1', { name: 'echo', as: 'trunkline', argv }, { mayRepeat: true });
  expect(code).toBe(0);
  return stdout.slice(0, -1).split('\n');
}
const inHex = (words: readonly string[]) => words.map((word) => Buffer.from(word).toString('hex'));

describe('an argv through a real sshd and the login shell', () => {
  it('arrives byte for byte, whatever is in it', async () => {
    const evil = [
      "'",
      '"',
      '$(touch /tmp/x)',
      '`id`',
      '; reboot',
      '\n',
      '\r\n',
      '\\',
      "'\\''",
      '!!',
      '-n',
      '~',
      '*',
      '\u202e',
      '\u001b[2J',
      '&',
      '|',
      '\ud800',
    ];
    const word = fc
      .oneof(fc.constantFrom(...evil), fc.string({ unit: 'binary', maxLength: 20 }))
      .filter((text) => !text.includes('\0'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.array(word, { maxLength: 3 }).map((all) => all.join('')),
          { minLength: 1, maxLength: 5 },
        ),
        async (words) => {
          expect(await arrived(words)).toEqual(inHex(words));
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  it('arrives whole when it is as long as a kernel takes', async () => {
    const long = `${"'x ".repeat(10_000)}$(reboot)`;
    expect(await arrived([long])).toEqual(inHex([long]));
  });

  it('is not sent at all with a NUL in it, which would cut a word short', async () => {
    await expect(arrived(['billing\0; reboot'])).rejects.toThrow();
  });
});
