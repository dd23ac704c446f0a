import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { parseHostKey } from '../../src/hosts/host-key.ts';
import type { SshTarget } from '../../src/hosts/ssh-target.ts';
import { until } from './until.ts';

/** A folder with keys that ssh-keygen made. */
export interface KeyFolder {
  readonly path: string;
  /** Makes a key and returns the path of its private half; the other one has `.pub`. */
  key(name: string, options?: { readonly type?: string; readonly passphrase?: string }): string;
  /** Signs a key as a user certificate and returns the path of it. */
  certificate(keyFile: string, authority: string, ...options: readonly string[]): string;
  write(name: string, text: string): string;
  remove(): void;
}

export function keyFolder(): KeyFolder {
  const path = mkdtempSync(join(tmpdir(), 'trunkline-keys-'));
  return {
    path,
    key(name, { type = 'ed25519', passphrase = '' } = {}) {
      keygen('-q', '-t', type, '-N', passphrase, '-C', name, '-f', join(path, name));
      return join(path, name);
    },
    certificate(keyFile, authority, ...options) {
      keygen('-q', '-s', authority, '-I', 'test', ...options, `${keyFile}.pub`);
      return `${keyFile}-cert.pub`;
    },
    write(name, text) {
      writeFileSync(join(path, name), text, { mode: 0o600 });
      return join(path, name);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

export function keygen(...args: readonly string[]): string {
  return execFileSync('ssh-keygen', [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** OpenSSH's own server on a free loopback port, which lets the user of this process in. */
export interface Sshd {
  readonly port: number;
  readonly hostPublicKey: string;
  /** How to reach it; `login` says with what. */
  target(name: string, login: Partial<SshTarget>): SshTarget;
  readonly log: () => string;
  stop(): Promise<void>;
}

/** `settings` are lines of sshd_config(5). */
export async function startSshd(keys: KeyFolder, name: string, settings: readonly string[]): Promise<Sshd> {
  const hostKey = keys.key(`${name}-host`);
  const port = await freePort();
  const config = keys.write(
    `${name}.conf`,
    [
      ...settings,
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${hostKey}`,
      'PidFile none',
      'UsePAM no',
      'StrictModes no',
      'PermitRootLogin yes',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      '',
    ].join('\n'),
  );
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (part: Buffer) => {
    log += part.toString();
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await until(() => listens(port, () => log), 10_000);
  const hostPublicKey = readFileSync(`${hostKey}.pub`, 'utf8').trim();
  return {
    port,
    hostPublicKey,
    target: (targetName, login) => ({
      ...{ name: targetName, host: '127.0.0.1', port, user: userInfo().username },
      hostKey: parseHostKey(hostPublicKey),
      ...login,
    }),
    log: () => log,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** An ssh-agent that holds what `add` gives it. */
export interface TestAgent {
  readonly socket: string;
  add(keyFile: string): void;
  stop(): void;
}

export async function startAgent(keys: KeyFolder, name = 'agent'): Promise<TestAgent> {
  const socket = join(keys.path, `${name}.sock`);
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  const add = (...args: string[]) =>
    execFileSync('ssh-add', ['-q', ...args], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'pipe' });
  await until(() => {
    try {
      add('-D');
      return true;
    } catch {
      return false;
    }
  }, 10_000);
  return { socket, add: (keyFile) => void add(keyFile), stop: () => void child.kill('SIGTERM') };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}

function listens(port: number, log: () => string): Promise<boolean> {
  if (/error|fatal|cannot|missing/i.test(log())) throw new Error(`sshd did not start: ${log()}`);
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.destroy());
  });
}
