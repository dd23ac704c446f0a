import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { asError, refusal, type TrunklineError, unreachable } from '../core/errors.ts';
import { networkClause } from '../core/network-clause.ts';
import type { Log } from '../core/log.ts';

export interface RedisConfig {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly db?: number;
  /** PEM file of the authority that signed the server's certificate; `true` for the system's authorities. */
  readonly tls?: boolean | { readonly caFile: string };
}

export type RedisHealth = { readonly ok: true } | { readonly ok: false; readonly why: string };

export interface RedisConnection {
  readonly redis: Redis;
  health(): RedisHealth;
  close(): Promise<void>;
}

/**
 * Connects in the background and for ever; commands fail after about two seconds without a server instead of waiting for one, so
 * that what needs no Redis goes on. A command whose answer was lost is never sent again by itself: its writer decides.
 */
export function connectRedis(config: RedisConfig, log: Log): RedisConnection {
  const redis = new Redis({
    ...redisOptions(config),
    maxRetriesPerRequest: 2,
    ...ANSWER_WITHIN,
    autoResendUnfulfilledCommands: false,
  });
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
    log.info('redis is reachable', { host: config.host, port: config.port });
    health = { ok: true };
  });
  return {
    redis,
    health: () => health,
    async close() {
      redis.disconnect();
    },
  };
}

/** A command fails and, as nothing at all came, its connection is made anew: a host that vanished says nothing for minutes. */
export const ANSWER_WITHIN = { commandTimeout: 5000, socketTimeout: 5000 } as const;

/** The options of ioredis for a configuration; the queue adds its own to them. */
export function redisOptions(config: RedisConfig) {
  const { host, port, username, password, db, tls } = config;
  return {
    host,
    port,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(db === undefined ? {} : { db }),
    ...(tls ? { tls: tls === true ? {} : { ca: readFileSync(tls.caFile) } } : {}),
    connectTimeout: 3000,
    retryStrategy: (times: number) => Math.min(times * 100, 2000),
  };
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
