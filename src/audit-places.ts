import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { type PublicKeys, readPublicKeys, readSigningKey } from './audit/keys.ts';
import type { Chain } from './audit/verify-log.ts';
import { redisConfig } from './redis-config.ts';
import type { Config } from './config/schema.ts';
import type { Secrets } from './config/secrets.ts';
import { systemClock } from './core/clock.ts';
import { refusal } from './core/errors.ts';
import { redactor } from './core/redact.ts';
import { createLog } from './observe/log.ts';
import { type Audit, createAudit } from './store/audit.ts';
import { type AuditFollower, createAuditFollower } from './store/audit-follower.ts';
import { type AuditHeads, createAuditHeads } from './store/audit-heads.ts';
import { keysOf } from './store/keys.ts';
import { awaitRedis, connectRedis } from './store/redis.ts';
import { placeWords } from './store/redis-options.ts';

/** The outside of the audit verbs. */
export interface AuditPlaces {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** @throws Error of Node when the file can't be read. */
  readonly readFile: (path: string) => string;
  /** The configuration with the secrets whose place in it is needed. @throws ConfigError. */
  readonly readConfig: (file: string | undefined, needed: (path: string) => boolean) => { config: Config; secrets: Secrets };
}

/** The audit log in Redis, for reading. */
export interface RedisLog {
  readonly chain: Chain;
  readonly heads: AuditHeads;
  readonly follower: AuditFollower;
}

/** Opens the log in Redis for as long as `work` takes. @throws Unreachable. */
export async function withRedis<T>(
  { config, secrets }: { config: Config; secrets: Secrets },
  err: (text: string) => void,
  work: (log: RedisLog) => Promise<T>,
): Promise<T> {
  const redis = redisConfig(config, secrets);
  const log = createLog({ level: 'error', redact: redactor(secrets.values), write: err });
  const connection = connectRedis(redis, log);
  try {
    await awaitRedis(connection, placeWords(redis));
    const keys = keysOf(config.redis.prefix);
    const audit: Audit = createAudit(connection.redis, keys);
    const follower = createAuditFollower(connection.redis, keys, `${hostname()}:${config.audit.file ?? ''}`);
    return await work({ chain: audit.batches, heads: createAuditHeads(connection.redis, keys, audit), follower });
  } finally {
    await connection.close();
  }
}

/** What of the configuration's secrets reading the log takes. */
export const needsRedis = (path: string): boolean => path.startsWith('redis.');

/** The public keys that are given, or else those of the configuration. A given key is base64 or a file. @throws Refusal. */
export function publicKeys(
  given: readonly string[] | undefined,
  places: Pick<AuditPlaces, 'readFile'>,
  configured: { config: Config; secrets: Secrets } | undefined,
): PublicKeys {
  if (given) return readPublicKeys(given.map((text) => (existsSync(text) ? places.readFile(text) : text)));
  if (!configured) return new Map();
  const { signingKey, publicKeys: older } = configured.config.audit;
  const own = signingKey === undefined ? [] : [readSigningKey(configured.secrets.reveal(signingKey)).publicText];
  return readPublicKeys([...own, ...older]);
}

/** A whole number from 1. @throws Refusal. */
export function entryNumber(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,15}$/.test(text)) return Number(text);
  throw refusal(`${option} '${text}' is no number of an entry`, 'Entries are numbered from 1.');
}

/** Now, in epoch milliseconds. */
export const nowMs = (): number => systemClock.now();
