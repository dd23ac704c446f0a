import { readFileSync } from 'node:fs';
import type { Replicas } from './durable.ts';

interface Place {
  readonly host: string;
  readonly port: number;
}

/** Where Redis is: one server, a primary that Sentinels know, or a Cluster. */
export type RedisPlace =
  | Place
  | {
      readonly sentinels: readonly Place[];
      /** The name by which the Sentinels know the primary. */
      readonly name: string;
      readonly sentinelUsername?: string;
      readonly sentinelPassword?: string;
    }
  | { readonly cluster: readonly Place[] };

export type RedisConfig = RedisPlace & {
  readonly username?: string;
  readonly password?: string;
  readonly db?: number;
  /** PEM files: of the authority that signed the servers' certificates, of our own certificate and its key; `true` for the system's. */
  readonly tls?:
    | boolean
    | { readonly ca?: string | undefined; readonly cert?: string | undefined; readonly key?: string | undefined };
  /** Waives `appendfsync always`. */
  readonly demo?: boolean;
  readonly replicas?: Replicas;
};

/** Options of ioredis for the connection to one node. */
export interface NodeOptions {
  readonly username?: string;
  readonly password?: string;
  readonly tls?: TlsFiles;
  readonly connectTimeout: number;
}

/** Options of ioredis for the connection to a server, or to the primary that Sentinels know. */
export interface SocketOptions extends NodeOptions {
  readonly host?: string;
  readonly port?: number;
  readonly db?: number;
  readonly retryStrategy: (times: number) => number;
  readonly sentinels?: { readonly host: string; readonly port: number }[];
  readonly name?: string;
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
  readonly enableTLSForSentinelMode?: boolean;
  readonly sentinelTLS?: TlsFiles;
  readonly sentinelRetryStrategy?: (times: number) => number;
  readonly sentinelCommandTimeout?: number;
  readonly reconnectOnError?: (error: Error) => boolean;
}

/** Contents of PEM files. */
interface TlsFiles {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

interface ClusterSettings {
  readonly clusterRetryStrategy: (times: number) => number;
  readonly redisOptions: NodeOptions;
}

/** What ioredis, and the queue's library, take: options of one connection, or the nodes and options of a Cluster. */
export type RedisTarget =
  | { readonly kind: 'single'; readonly options: SocketOptions }
  | { readonly kind: 'cluster'; readonly nodes: readonly Place[]; readonly options: ClusterSettings };

/** A failed connection is tried again after that many milliseconds. */
const again = (times: number) => Math.min(times * 100, 2000);

/** @throws Error of Node for a file that can't be read. */
export function redisTarget(config: RedisConfig): RedisTarget {
  const { username, password, db, tls } = config;
  const common = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: tlsOptions(tls) } : {}),
    connectTimeout: 3000,
  };
  if ('cluster' in config)
    return { kind: 'cluster', nodes: config.cluster, options: { clusterRetryStrategy: again, redisOptions: common } };
  const single = { ...common, ...(db === undefined ? {} : { db }), retryStrategy: again };
  if (!('sentinels' in config)) return { kind: 'single', options: { ...single, host: config.host, port: config.port } };
  return { kind: 'single', options: { ...single, ...sentinelOptions(config) } };
}

/** The place in words. */
export function placeWords(config: RedisPlace): string {
  const words = (places: readonly Place[]) => places.map(({ host, port }) => `${host}:${port}`).join(', ');
  if ('cluster' in config) return `the Cluster of ${words(config.cluster)}`;
  if ('sentinels' in config) return `the primary ${config.name} of the Sentinels ${words(config.sentinels)}`;
  return words([config]);
}

function sentinelOptions(config: Extract<RedisConfig, { sentinels: unknown }>): Partial<SocketOptions> {
  const { sentinels, name, sentinelUsername, sentinelPassword, tls } = config;
  return {
    sentinels: sentinels.map(({ host, port }) => ({ host, port })),
    name,
    ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: tlsOptions(tls) } : {}),
    sentinelRetryStrategy: again,
    sentinelCommandTimeout: 3000,
    // Only the Sentinels know who is the primary now. (`failoverDetector` would say so earlier, but when it fires while a connection
    // is being made, ioredis 6.0.0 ends it for good.)
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
}

function tlsOptions(tls: NonNullable<RedisConfig['tls']>): TlsFiles {
  if (typeof tls === 'boolean') return {};
  return {
    ...(tls.ca ? { ca: readFileSync(tls.ca) } : {}),
    ...(tls.cert ? { cert: readFileSync(tls.cert) } : {}),
    ...(tls.key ? { key: readFileSync(tls.key) } : {}),
  };
}
