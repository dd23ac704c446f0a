import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';

export interface RedisServer {
  readonly port: number;
  /** A new client; closed with the server. */
  client(): Redis;
  stop(): Promise<void>;
}

/** A real redis-server on a free loopback port with a directory of its own; settings as on its command line. */
export async function startRedisServer(settings: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'trunkline-redis-'));
  const port = await freePort();
  const wanted = { appendonly: 'yes', appendfsync: 'always', 'maxmemory-policy': 'noeviction', save: '', ...settings };
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory];
  for (const [name, value] of Object.entries(wanted)) args.push(`--${name}`, value);
  const server = spawn('redis-server', args, { stdio: 'ignore' });
  const clients: Redis[] = [];
  await answering(port, server);
  return {
    port,
    client() {
      const client = new Redis({ host: '127.0.0.1', port });
      clients.push(client);
      return client;
    },
    async stop() {
      for (const client of clients) client.disconnect();
      const ended = new Promise((resolve) => server.once('exit', resolve));
      if (server.exitCode === null && server.signalCode === null) {
        server.kill('SIGKILL');
        await ended;
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function answering(port: number, server: ChildProcess): Promise<void> {
  const client = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  const failed = new Promise<never>((_, reject) => {
    server.once('error', (cause) => reject(new Error('redis-server could not be started; is it installed?', { cause })));
    server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
  });
  failed.catch(() => undefined);
  try {
    await Promise.race([
      client.ping(),
      failed,
      delay(10_000, undefined, { ref: false }).then(() => Promise.reject(new Error('redis-server did not answer in 10 s'))),
    ]);
  } finally {
    client.disconnect();
  }
}

/** A port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}
