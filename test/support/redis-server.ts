import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';

export interface RedisServer {
  readonly port: number;
  /** Where it keeps its files. */
  readonly directory: string;
  /** For the queue. */
  readonly target: { readonly kind: 'single'; readonly options: { readonly host: string; readonly port: number } };
  /** A new client; closed with the server. */
  client(): Redis;
  /** As a crash: SIGKILL, the files stay. */
  kill(): Promise<void>;
  /** Starts it again with the same files and settings. */
  restart(): Promise<void>;
  /** Such as SIGSTOP, and SIGCONT after it. */
  signal(name: NodeJS.Signals): void;
  stop(): Promise<void>;
}

/** How its first answer is waited for, where it is not plain. */
export type Connect = (port: number) => Redis;

/** A real redis-server on a free loopback port with a directory of its own; settings as on its command line. */
export async function startRedisServer(settings: Readonly<Record<string, string>> = {}, connect = plain): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'trunkline-redis-'));
  const port = await freePort();
  const wanted = { appendonly: 'yes', appendfsync: 'always', 'maxmemory-policy': 'noeviction', save: '', ...settings };
  const place = 'tls-port' in settings ? ['--port', '0'] : ['--port', String(port)];
  const args = [...place, '--bind', '127.0.0.1', '--dir', directory];
  for (const [name, value] of Object.entries(wanted)) args.push(`--${name}`, ...value.split(' '));
  const answersAt = Number(settings['tls-port'] ?? port);
  const start = async () => {
    const process = spawn('redis-server', args, { stdio: 'ignore' });
    await answering(connect(answersAt), process);
    return process;
  };
  const clients: Redis[] = [];
  let server = await start();
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
  };
  return {
    port: answersAt,
    directory,
    target: { kind: 'single', options: { host: '127.0.0.1', port: answersAt } },
    client() {
      const client = connect(answersAt);
      client.on('error', () => undefined);
      clients.push(client);
      return client;
    },
    kill,
    signal: (name) => void server.kill(name),
    async restart() {
      await kill();
      server = await start();
    },
    async stop() {
      for (const client of clients) client.disconnect();
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function plain(port: number): Redis {
  return new Redis({ host: '127.0.0.1', port });
}

async function answering(client: Redis, server: ChildProcess): Promise<void> {
  client.on('error', () => undefined);
  const failed = new Promise<never>((_, reject) => {
    server.once('error', (cause) => reject(new Error('redis-server could not be started; is it installed?', { cause })));
    server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
  });
  failed.catch(() => undefined);
  const late = delay(10_000, undefined, { ref: false }).then(() =>
    Promise.reject(new Error('no answer of redis-server in 10 s')),
  );
  try {
    await Promise.race([answers(client), failed, late]);
  } finally {
    client.disconnect();
  }
}

/** A login that the server refuses is an answer too. */
async function answers(client: Redis): Promise<void> {
  for (;;) {
    const said = await client.ping().catch((error: unknown) => String(error));
    if (/PONG|NOAUTH/.test(said)) return;
    await delay(20);
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
