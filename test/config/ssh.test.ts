import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { unreadableFiles } from '../../src/config/files.ts';
import { loadConfig } from '../../src/config/load.ts';
import { problemsOf } from './problems-of.ts';

const good = readFileSync(fileURLToPath(new URL('good.yml', import.meta.url)), 'utf8');
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJmXhXUfbBqGyoG2mRkJ3vCkQ0n2yZQ0aGk1m0C5x7yQ';

/** The good file with another `ssh`, and with other keys of the first member. */
function withSsh(ssh: object, member: object = {}): string {
  const file = parse(good);
  file.clusters[0].ssh = ssh;
  Object.assign(file.clusters[0].members[0], member);
  return stringify(file);
}
const file = { user: 'trunkline', privateKeyFile: '/k' };

describe('how hosts are reached', () => {
  it.each([
    ['a key', file],
    ['a key with a passphrase and a certificate', { ...file, passphrase: 'env:P', certificateFile: '/k-cert.pub' }],
    ['an agent by its variable', { user: 'trunkline', agent: 'env:SSH_AUTH_SOCK' }],
    ['an agent by its socket', { user: 'trunkline', agent: '/run/agent.sock', certificateFile: '/c' }],
    ['a jump host', { ...file, jump: { host: 'bastion', sshHostKey: key } }],
    ['a jump host with a login of its own', { ...file, jump: { host: 'b', user: 'hop', agent: '/a', sshHostKey: key } }],
    ["times of one's own", { ...file, connectTimeout: '10s', idleTimeout: '1h', keepalive: '30s', maxSessions: 4 }],
  ])('is %s', (_what, ssh) => {
    expect(problemsOf(withSsh(ssh))).toBe('');
  });

  it('has times that fit most hosts where nothing is said', () => {
    const { ssh } = loadConfig(good, 'f.yml').clusters[0] ?? {};
    expect(ssh).toMatchObject({ port: 22, connectTimeout: 3000, idleTimeout: 600_000, keepalive: 5000, maxSessions: 8 });
  });

  it.each([
    ['nothing to log in with', { user: 'trunkline' }, /privateKeyFile.*ssh needs a key/s],
    ['a certificate alone', { user: 'trunkline', certificateFile: '/c' }, /a certificate needs its key/],
    ['two of them', { ...file, agent: '/a' }, /a private key and an agent/],
    ['a passphrase for an agent', { user: 'trunkline', agent: '/a', passphrase: 'env:P' }, /a passphrase opens a private key/],
    ['a passphrase in the file', { ...file, passphrase: 'hunter2' }, /never in the file itself/],
    ['a jump host that nobody knows', { ...file, jump: { host: 'bastion' } }, /jump\.sshHostKey.*host key of the jump host/s],
    ['no time at all', { ...file, connectTimeout: '0s' }, /between 100ms and 1m/],
    ['a time without unit', { ...file, keepalive: '5' }, /a duration is a number and/],
  ])('is not %s', (_what, ssh, words) => {
    const told = problemsOf(withSsh(ssh));
    expect(told).toMatch(words);
    expect(told).not.toContain('hunter2');
  });

  it('needs the key of each host, in the inventory or in a known_hosts file', () => {
    const none = { sshHostKey: undefined };
    expect(problemsOf(withSsh(file, none))).toMatch(/members\[0\]\.sshHostKey.*the host key of pg1 is missing/s);
    expect(problemsOf(withSsh({ ...file, knownHostsFile: '/etc/ssh/ssh_known_hosts', jump: { host: 'b' } }, none))).toBe('');
  });

  it('may differ for one host', () => {
    const { members } = loadConfig(withSsh(file, { sshPort: 2222, sshUser: 'dba' }), 'f.yml').clusters[0] ?? { members: [] };
    expect(members[0]).toMatchObject({ sshPort: 2222, sshUser: 'dba' });
  });

  it('names files, which are looked for at the start', () => {
    const raw = parse(
      withSsh({ ...file, certificateFile: '/c', knownHostsFile: '/h', jump: { host: 'b', privateKeyFile: '/j' } }),
    );
    const missing = unreadableFiles(raw, () => {
      throw Object.assign(new Error('no'), { code: 'ENOENT' });
    });
    expect(missing.map(({ value }) => value)).toEqual(['/k', '/c', '/h', '/j']);
  });
});
