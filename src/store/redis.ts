import { Cluster, Redis } from 'ioredis';
import { asError, refusal, type TrunklineError, unreachable } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { networkClause } from '../core/network-clause.ts';
import type { Client } from './client.ts';
import { createDurable } from './durable.ts';
import { placeWords, type RedisConfig, redisTarget } from './redis-options.ts';
import { trustOf } from './trust.ts';

export type RedisHealth = { readonly ok: true } | { readonly ok: false; readonly why: string };

export interface RedisConnection {
  readonly redis: Client;
  health(): RedisHealth;
  /** Calls back each time that a server is there, the first one and every other that takes its place. */
  onReady(task: () => void): void;
  close(): Promise<void>;
}

/** A command fails and, as nothing at all came, its connection is made anew: a host that vanished says nothing for minutes. */
const ANSWER_WITHIN = { commandTimeout: 5000, socketTimeout: 5000 } as const;
const NO_REPLICAS = { confirm: 0, withinMs: 1000 };

/**
 * Connects in the background and for ever; commands fail after about two seconds without a server instead of waiting for one, so
 * that what needs no Redis goes on. A command whose answer was lost is never sent again by itself: its writer decides. What an
 * effect will follow goes over a connection of its own, only to a server that was checked since it was connected to, and waits
 * for the configured replicas.
 */
export function connectRedis(config: RedisConfig, log: Log): RedisConnection {
  const redis = open(config, true);
  const writer = open(config, false);
  const trusted = trustOf(writer, { demo: config.demo ?? false, mayMove: 'sentinels' in config });
  const durable = createDurable({ redis: writer, trusted, replicas: config.replicas ?? NO_REPLICAS });
  const health = watchHealth(redis, placeWords(config), log);
  // While both are away the other one says so.
  writer.on('error', (error) => {
    if (health().ok) log.warn('the connection that writes to redis failed', { why: asError(error).message });
  });
  return {
    redis: Object.assign(redis, { durable }),
    health,
    onReady: (task) => void redis.on('ready', task),
    async close() {
      redis.disconnect();
      writer.disconnect();
    },
  };
}

function watchHealth(redis: Redis | Cluster, where: string, log: Log): () => RedisHealth {
  let health: RedisHealth = { ok: false, why: 'not connected yet' };
  const lost = (why: string) => {
    if (health.ok || health.why !== why) log.error('redis is not reachable', { why });
    health = { ok: false, why };
  };
  redis.on('error', (error) => lost(networkClause(error) ?? (asError(error).message || 'the connection failed')));
  redis.on('end', () => lost('the connection was closed'));
  redis.on('reconnecting', () => {
    if (health.ok) lost('the connection was lost');
  });
  redis.on('ready', () => {
    log.info('redis is reachable', { where });
    health = { ok: true };
  });
  return () => health;
}

function open(config: RedisConfig, enableOfflineQueue: boolean): Redis | Cluster {
  const own = { maxRetriesPerRequest: 2, ...ANSWER_WITHIN, autoResendUnfulfilledCommands: false };
  const target = redisTarget(config);
  if (target.kind === 'single') return new Redis({ ...target.options, ...own, enableOfflineQueue });
  const redisOptions = { ...target.options.redisOptions, ...own };
  return new Cluster([...target.nodes], { ...target.options, enableOfflineQueue, redisOptions });
}

/**
 * Waits for the first answer.
 * @throws Unreachable with what to check; Refusal when it is there and does not take the login, which waiting does not mend.
 */
export async function awaitRedis(connection: RedisConnection, where: string): Promise<void> {
  try {
    await connection.redis.ping();
  } catch (error) {
    const health = connection.health();
    const why = health.ok ? asError(error).message : health.why;
    if (/^(WRONGPASS|NOAUTH|NOPERM)\b/.test(why)) throw loginRefused(where, why);
    throw unreachable(`Redis at ${where} does not answer: ${why}`, 'Start it, or correct `redis` in the configuration.', error);
  }
}

function loginRefused(where: string, why: string): TrunklineError {
  const given = why.startsWith('NOAUTH') ? 'it wants a password and none is configured' : why.split('. ')[0];
  return refusal(
    `Redis at ${where} refuses the login: ${given}`,
    'Correct redis.username and redis.password in the configuration, or the user in Redis (ACL LIST), and start again.',
  );
}
