import type { ConnectionOptions, RedisOptions } from 'bullmq';
import { Cluster, type ClusterNode } from 'ioredis';

/** Options of ioredis for each node. */
interface NodeOptions {
  readonly username?: string;
  readonly password?: string;
  readonly tls?: object;
  readonly connectTimeout: number;
}

/** Where the queue lives: one server (or a primary found by Sentinels), or the nodes of a Cluster. */
export type QueueTarget =
  | { readonly kind: 'single'; readonly options: RedisOptions }
  | {
      readonly kind: 'cluster';
      readonly nodes: readonly ClusterNode[];
      readonly options: { readonly clusterRetryStrategy: (times: number) => number; readonly redisOptions: NodeOptions };
    };

interface Own {
  readonly maxRetriesPerRequest: number | null;
  readonly socketTimeout: number;
  readonly commandTimeout?: number;
}

/** A connection for BullMQ with options of its own; what BullMQ does not close itself, `close` does. */
export function openQueueConnection(
  target: QueueTarget,
  own: Own,
): { readonly connection: ConnectionOptions; readonly close: () => void } {
  if (target.kind === 'single') return { connection: { ...target.options, ...own }, close: () => undefined };
  const redisOptions = { ...target.options.redisOptions, ...own };
  const cluster = new Cluster([...target.nodes], { ...target.options, redisOptions });
  return { connection: cluster, close: () => cluster.disconnect() };
}
