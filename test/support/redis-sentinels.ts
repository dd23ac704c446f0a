import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort, type RedisServer, startRedisServer } from './redis-server.ts';
import { until } from './until.ts';

const NAME = 'trunkline';

export interface Sentinels {
  /** What the configuration says of it. */
  readonly place: { readonly sentinels: readonly { readonly host: string; readonly port: number }[]; readonly name: string };
  readonly primary: RedisServer;
  readonly replica: RedisServer;
  stop(): Promise<void>;
}

/** A primary, its replica and three Sentinels that call a primary dead after a second of silence, all on loopback. */
export async function startSentinels(): Promise<Sentinels> {
  const primary = await startRedisServer();
  const replica = await startRedisServer({ replicaof: `127.0.0.1 ${primary.port}` });
  const own = replica.client();
  await until(async () => (await own.info('replication')).includes('master_link_status:up'));
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-sentinel-'));
  const processes: ChildProcess[] = [];
  const sentinels = [];
  for (let i = 0; i < 3; i += 1) {
    const port = await freePort();
    const file = join(folder, `sentinel-${i}.conf`);
    await writeFile(file, conf(port, primary.port));
    processes.push(spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' }));
    sentinels.push({ host: '127.0.0.1', port });
  }
  await Promise.all(sentinels.map(({ port }) => knowsAll(port)));
  return {
    ...{ primary, replica, place: { sentinels, name: NAME } },
    async stop() {
      for (const one of processes) one.kill('SIGKILL');
      await primary.stop();
      await replica.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const conf = (port: number, primary: number) => `port ${port}
bind 127.0.0.1
sentinel monitor ${NAME} 127.0.0.1 ${primary} 2
sentinel down-after-milliseconds ${NAME} 1000
sentinel failover-timeout ${NAME} 6000
`;

async function knowsAll(port: number): Promise<void> {
  const client = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  const seen = async () => {
    const text = await client.info('sentinel');
    return /slaves=1,sentinels=3/.test(text);
  };
  await until(seen);
  client.disconnect();
}
