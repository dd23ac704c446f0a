import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { newKey } from './new-key.ts';
import { type HostKey, parseHostKey } from '../../src/hosts/host-key.ts';
import type { SshTarget } from '../../src/hosts/ssh-target.ts';

export type Exec = (line: string, channel: ServerChannel, sent: { signal(listener: (name: string) => void): void }) => void;

export interface SshServer {
  /** How to reach it under a name. */
  target(name: string): SshTarget & { readonly hostKey: HostKey; readonly privateKeyFile: string };
  readonly lines: readonly string[];
  readonly connections: () => number;
  /** Most channels that were open at once. */
  readonly mostChannels: () => number;
  /** Cuts every connection. */
  cut(): void;
  close(): Promise<void>;
}

/** An ssh server on a free loopback port that lets one key in and answers commands as `exec` says; without it a shell runs them. */
export async function sshServer(exec: Exec = inShell): Promise<SshServer> {
  const host = newKey();
  const user = newKey();
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-ssh-'));
  writeFileSync(join(folder, 'key'), user.private, { mode: 0o600 });
  const lines: string[] = [];
  const open = new Set<Connection>();
  let made = 0;
  let channels = 0;
  let most = 0;
  const server = new ssh2.Server({ hostKeys: [host.private] }, (connection) => {
    made += 1;
    open.add(connection);
    connection.on('error', () => undefined);
    connection.on('close', () => open.delete(connection));
    connection.on('authentication', (context) => {
      if (context.method === 'publickey' && context.key.data.equals(parseHostKey(user.public).blob)) context.accept();
      else context.reject(['publickey']);
    });
    connection.on('ready', () => {
      connection.on('session', (accept) => {
        const session = accept();
        let told: (name: string) => void = () => undefined;
        session.on('signal', (_accept, _reject, info) => told(info.name));
        session.on('exec', (acceptExec, _reject, info) => {
          lines.push(info.command);
          channels += 1;
          most = Math.max(most, channels);
          const channel = acceptExec();
          channel.once('finish', () => {
            channels -= 1;
          });
          exec(info.command, channel, {
            signal: (listener) => {
              told = listener;
            },
          });
        });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    target: (name) => ({
      name,
      host: '127.0.0.1',
      port,
      user: 'trunkline',
      privateKeyFile: join(folder, 'key'),
      hostKey: parseHostKey(host.public),
    }),
    lines,
    connections: () => made,
    mostChannels: () => most,
    cut: () => {
      for (const connection of open) connection.end();
    },
    close: async () => {
      for (const connection of open) connection.end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Ends a command with an exit code after it said something. */
export function says(channel: ServerChannel, code: number, stdout = '', stderr = ''): void {
  channel.write(stdout);
  channel.stderr.write(stderr);
  channel.exit(code);
  channel.end();
}

/** Runs a line as sshd does: by a shell. */
function inShell(line: string, channel: ServerChannel): void {
  const child = spawn('/bin/sh', ['-c', line]);
  channel.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  child.stdout.on('data', (part: Buffer) => channel.write(part));
  child.stderr.on('data', (part: Buffer) => channel.stderr.write(part));
  child.on('close', (code) => {
    channel.exit(code ?? 1);
    channel.end();
  });
}
