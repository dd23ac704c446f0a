import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type RedisServer, startRedisServer } from './redis-server.ts';
import { until } from './until.ts';

export interface RedisCluster {
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly servers: readonly RedisServer[];
  stop(): Promise<void>;
}

/** A real Redis Cluster of three primaries on loopback, as `redis-cli --cluster create` makes it. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const servers = await Promise.all(
    [0, 1, 2].map(() => startRedisServer({ 'cluster-enabled': 'yes', 'cluster-node-timeout': '3000' })),
  );
  const nodes = servers.map(({ port }) => ({ host: '127.0.0.1', port }));
  const names = nodes.map(({ host, port }) => `${host}:${port}`);
  await promisify(execFile)('redis-cli', ['--cluster', 'create', ...names, '--cluster-yes']);
  const clients = servers.map((server) => server.client());
  const whole = async () => {
    const states = await Promise.all(clients.map((client) => client.cluster('INFO')));
    return states.every((text) => String(text).includes('cluster_state:ok'));
  };
  await until(whole);
  return {
    ...{ nodes, servers },
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}
