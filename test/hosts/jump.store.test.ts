import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { parseHostKey } from '../../src/hosts/host-key.ts';
import { addresses, type RemoteCommand } from '../../src/hosts/remote-commands.ts';
import { createSshPool, type SshPool } from '../../src/hosts/ssh-pool.ts';
import type { SshTarget } from '../../src/hosts/ssh-target.ts';
import { newKey } from '../support/new-key.ts';
import { silentRelay } from '../support/silent-relay.ts';
import { thrownBy } from '../support/ssh-pool-on.ts';
import { type KeyFolder, keyFolder, type Sshd, startSshd } from '../support/sshd.ts';
import { until } from '../support/until.ts';

const whoAmI: RemoteCommand = { name: 'who', as: 'trunkline', argv: ['/usr/bin/printenv', 'SSH_CONNECTION'] };
const times = (text: string, words: RegExp) => text.match(words)?.length ?? 0;

describe('a host behind another one', () => {
  let keys: KeyFolder;
  let jump: Sshd;
  let closed: Sshd;
  let inner: Sshd;
  let login: { readonly privateKeyFile: string };
  const pools: SshPool[] = [];
  const poolOf = (hosts: readonly SshTarget[]) => {
    const pool = createSshPool({ hosts, clock: systemClock });
    pools.push(pool);
    return pool;
  };
  const behind = (name: string, change: Partial<SshTarget> = {}, through: Partial<SshTarget> = {}) =>
    inner.target(name, { ...login, jump: jump.target('jump.example.com', { ...login, ...through }), ...change });

  beforeAll(async () => {
    keys = keyFolder();
    login = { privateKeyFile: keys.key('key') };
    const settings = [`AuthorizedKeysFile ${keys.path}/key.pub`, 'LogLevel VERBOSE', 'MaxStartups 10:100:10'];
    jump = await startSshd(keys, 'jump', settings);
    closed = await startSshd(keys, 'closed', [...settings, 'AllowTcpForwarding no']);
    inner = await startSshd(keys, 'inner', settings);
  });
  afterEach(() => {
    for (const pool of pools.splice(0)) pool.close();
  });
  afterAll(async () => {
    await Promise.all([jump, closed, inner].map((server) => server.stop()));
    keys.remove();
  });

  it('is reached through it, over one connection for all', async () => {
    const before = times(jump.log(), /Accepted publickey/g);
    const names = Array.from({ length: 12 }, (_, n) => `pg${n}`);
    const pool = poolOf(names.map((name) => behind(name)));
    const said = await Promise.all(names.map((name) => pool.run(name, whoAmI)));
    for (const { stdout } of said) expect(stdout).toMatch(new RegExp(` ${inner.port}\n$`));
    expect(times(jump.log(), /Accepted publickey/g) - before).toBe(1);
    expect(inner.log()).not.toContain('MaxStartups');
  });

  it('of many clusters that start at once never meets the limit of sshd for logins under way', async () => {
    const several = Array.from({ length: 30 }, () => poolOf([behind('pg1')]));
    await Promise.all(several.map((pool) => pool.run('pg1', whoAmI)));
    expect(`${jump.log()}${inner.log()}`).not.toContain('MaxStartups');
  });

  it('is not reached when the one between shows another key, and neither when the host itself does', async () => {
    const strange = parseHostKey(newKey().public);
    const between = await thrownBy(poolOf([behind('pg1', {}, { hostKey: strange })]).run('pg1', whoAmI));
    expect(between.message).toMatch(/^the host key of jump\.example\.com is /);
    const itself = await thrownBy(poolOf([behind('pg1', { hostKey: strange })]).run('pg1', whoAmI));
    expect(itself.message).toMatch(/^the host key of pg1 is /);
  });

  it('that does not answer is told with the way to it', async () => {
    const gone = await thrownBy(poolOf([behind('pg1', { port: 1 })]).run('pg1', whoAmI));
    expect(gone.message).toBe('ssh to pg1 (127.0.0.1:1 through jump.example.com): jump.example.com could not connect to it');
    expect(gone.hint).toBe('Look whether pg1 is up and reachable from jump.example.com.');
    const forbidden = inner.target('pg1', { ...login, jump: closed.target('jump2', login) });
    expect((await thrownBy(poolOf([forbidden]).run('pg1', whoAmI))).message).toMatch(
      /jump2 does not forward \(AllowTcpForwarding/,
    );
  });

  it('is reached anew after the connection between them died', async () => {
    const relay = await silentRelay(jump.port);
    const pool = poolOf([behind('pg1', {}, { port: relay.port, limits: { keepaliveMs: 100, connectMs: 5000 } })]);
    await pool.run('pg1', whoAmI);
    relay.fallSilent();
    await until(async () => {
      try {
        return (await pool.run('pg1', whoAmI, { mayRepeat: true, timeoutMs: 1000 })).code === 0;
      } catch {
        return false;
      }
    }, 15_000);
    relay.close();
  });

  it('with no answer is given up after the configured time', async () => {
    const relay = await silentRelay(jump.port);
    relay.neverAgain();
    const slow = jump.target('pg1', { ...login, port: relay.port, limits: { connectMs: 250 } });
    const late = await thrownBy(poolOf([slow]).run('pg1', addresses()));
    expect(late.message).toBe(`ssh to pg1 (127.0.0.1:${relay.port}): no answer within 250 ms`);
    relay.close();
  });

  it('has its connection closed when nobody used it for long, and is reached anew', async () => {
    const pool = poolOf([behind('pg1', { limits: { idleMs: 200 } })]);
    const before = times(inner.log(), /Disconnected from user|Connection closed by|Received disconnect/g);
    await pool.run('pg1', whoAmI);
    await until(() => times(inner.log(), /Disconnected from user|Connection closed by|Received disconnect/g) > before, 10_000);
    expect((await pool.run('pg1', whoAmI)).code).toBe(0);
  });
});
