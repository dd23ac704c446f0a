import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { newKey } from '../support/new-key.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { parseHostKey } from '../../src/hosts/host-key.ts';
import { addresses } from '../../src/hosts/remote-commands.ts';
import { closePools, poolOn, thrownBy } from '../support/ssh-pool-on.ts';

afterEach(closePools);

describe('connecting to a host', () => {
  it('refuses another host key, names both and what to do, and sends no command', async () => {
    const other = parseHostKey(newKey().public);
    const { ssh, server } = await poolOn(undefined, (target) => ({ ...target, hostKey: other }));
    const refused = await thrownBy(ssh.run('pg1', addresses()));
    expect(refused.message).toMatch(/^the host key of pg1 is SHA256:\S{43}, but SHA256:\S{43} is configured$/);
    expect(refused.hint).toContain('ssh-keygen -lf');
    expect(server.lines).toEqual([]);
  });

  it('says when the host has no key of the pinned type', async () => {
    const rsa = parseHostKey(ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).public);
    const { ssh } = await poolOn(undefined, (target) => ({ ...target, hostKey: rsa }));
    expect((await thrownBy(ssh.run('pg1', addresses()))).message).toBe(
      'pg1 has no host key of the configured type ecdsa-sha2-nistp256',
    );
  });

  it('says when nothing listens, within no time', async () => {
    const { ssh } = await poolOn(undefined, (target) => ({ ...target, port: 1 }));
    expect((await thrownBy(ssh.run('pg1', addresses()))).message).toBe('ssh to pg1 (127.0.0.1:1): connection refused');
  });

  it('says when the key is not let in, and never shows it', async () => {
    const { server: strange } = await poolOn();
    const { ssh } = await poolOn(undefined, (target) => ({ ...target, privateKeyFile: strange.target('x').privateKeyFile }));
    expect((await thrownBy(ssh.run('pg1', addresses()))).message).toBe('ssh refused the key of trunkline on pg1');
  });

  it('says when the key file is missing', async () => {
    const { ssh } = await poolOn(undefined, (target) => ({ ...target, privateKeyFile: '/nowhere/key' }));
    expect((await thrownBy(ssh.run('pg1', addresses()))).message).toBe('the ssh key /nowhere/key cannot be read (ENOENT)');
  });

  it('says when an agent accepts a question and never answers, and holds nobody else up', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trunkline-agent-'));
    const mute = createServer(() => undefined).listen(join(folder, 'sock'));
    const { ssh } = await poolOn(undefined, ({ privateKeyFile: _none, ...target }) => ({
      ...target,
      agentSocket: join(folder, 'sock'),
      limits: { connectMs: 150 },
    }));
    for (const _again of [1, 2])
      expect((await thrownBy(ssh.run('pg1', addresses()))).message).toMatch(/^the ssh agent behind .* does not answer in time$/);
    mute.close();
    rmSync(folder, { recursive: true });
  });

  it('refuses a host that is not in the inventory', async () => {
    const { ssh } = await poolOn();
    expect((await thrownBy(ssh.run('pg9', addresses()))).message).toBe('no ssh is configured for pg9');
  });
});
