import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from './wait-for.ts';

/** A redis-server of our own on loopback of this network namespace. */
export interface LabRedis {
  readonly port: number;
  readonly pid: number;
  /** kill -9, then the same data again after so many milliseconds. */
  crash(awayMs: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a real redis-server as Trunkline wants it: append-only file, fsync at every write, no eviction.
 * @throws Error when it does not answer within 10 s.
 */
export async function startRedis({ port, folder }: { readonly port: number; readonly folder: string }): Promise<LabRedis> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let process = await launch(port, folder);
  return {
    port,
    get pid() {
      return process.pid;
    },
    async crash(awayMs) {
      await process.end('SIGKILL');
      await delay(awayMs);
      process = await launch(port, folder);
    },
    stop: () => process.end('SIGTERM'),
  };
}

async function launch(port: number, folder: string) {
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'redis-server', '--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, ...DURABLE],
    { stdio: 'ignore' },
  );
  child.on('error', () => undefined);
  const gone = once(child, 'exit');
  if (child.pid === undefined) throw new Error('redis-server could not be started; run `node lab/setup.mjs`');
  await waitFor('redis-server', async () => ((await answers(port)) ? [] : ['an answer to PING']), { timeoutMs: 10_000 });
  return {
    pid: child.pid,
    async end(signal: NodeJS.Signals) {
      child.kill(signal);
      await gone;
    },
  };
}

const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '', '--maxmemory-policy', 'noeviction'];

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith('+PONG'));
    });
    socket.once('error', () => resolve(false));
  });
}
