import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { KeptRecords } from '../clusters/view.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { type AuditFollower, createAuditFollower } from '../store/audit-follower.ts';
import { type AuditHeads, createAuditHeads } from '../store/audit-heads.ts';
import { createIncidents, type Incidents } from '../store/incidents.ts';
import { keysOf } from '../store/keys.ts';
import type { KnownPeople } from '../store/known-people.ts';
import { connectRedis, type RedisConfig } from '../store/redis.ts';
import type { Seen } from '../store/seen.ts';
import { createSignals, type Signals } from '../store/signals.ts';
import { createStore, type Store } from '../store/store.ts';
import { guardRedis, type RedisGuard } from './redis-guard.ts';

/** Everything kept in Redis. */
export interface StoreParts {
  readonly redis: RedisConfig;
  readonly guard: RedisGuard;
  readonly store: Store;
  readonly incidents: Incidents;
  readonly signals: Signals;
  readonly auditFollower: AuditFollower;
  readonly auditHeads: AuditHeads;
  /** Fails at once while Redis is away, so that no command waits for it. */
  readonly seen: Seen;
  /** Fails at once while Redis is away. */
  readonly knownPeople: KnownPeople;
  /** What views read of the store; fails at once while Redis is away. */
  readonly records: KeptRecords;
  close(): Promise<void>;
}

/** @throws Refusal for a Redis that may lose what was approved. */
export async function buildStore(needs: { config: Config; secrets: Secrets; clock: Clock; log: Log }): Promise<StoreParts> {
  const { config, secrets, clock, log } = needs;
  const { prefix, demo } = config.redis;
  const redis = redisConfig(config, secrets);
  const connection = connectRedis(redis, log);
  const guard = await guardRedis(connection, { where: `${redis.host}:${redis.port}`, demo, clock, log });
  const store = createStore(connection.redis, { prefix, clock });
  const incidents = createIncidents(connection.redis, prefix);
  return {
    ...{ redis, guard, store, incidents },
    auditFollower: createAuditFollower(connection.redis, keysOf(prefix), `${hostname()}:${config.audit.file ?? ''}`),
    auditHeads: createAuditHeads(connection.redis, keysOf(prefix), store.audit),
    signals: createSignals(connection.redis, { prefix, bot: randomUUID() }),
    seen: {
      async seenBefore(what, ttlMs) {
        guard.mustBeGood();
        return store.seen.seenBefore(what, ttlMs);
      },
    },
    knownPeople: {
      async put(userId, person) {
        guard.mustBeGood();
        await store.knownPeople.put(userId, person);
      },
      async get(userId) {
        guard.mustBeGood();
        return store.knownPeople.get(userId);
      },
    },
    records: recordsOf(store, incidents, guard),
    async close() {
      guard.stop();
      await connection.close();
    },
  };
}

function recordsOf({ runs, journal, debts, maintenance, reviews }: Store, incidents: Incidents, guard: RedisGuard): KeptRecords {
  return {
    async runs(filter) {
      guard.mustBeGood();
      return runs.list(filter);
    },
    async run(id) {
      guard.mustBeGood();
      const run = await runs.get(id);
      return run && { run, journal: await journal.read(id) };
    },
    async lastLeaderChange(cluster) {
      guard.mustBeGood();
      return incidents.lastChange(cluster);
    },
    async openIncidents(cluster) {
      guard.mustBeGood();
      return incidents.openOf(cluster);
    },
    async debts() {
      guard.mustBeGood();
      return debts.list();
    },
    async maintenance(cluster) {
      guard.mustBeGood();
      return maintenance.of(cluster);
    },
    async openReviews() {
      guard.mustBeGood();
      const listed = await Promise.all((await reviews.list()).map((id) => runs.get(id)));
      return listed.filter((run) => run !== undefined).filter(({ breakGlass }) => breakGlass && !breakGlass.review);
    },
  };
}

function redisConfig({ redis }: Config, secrets: Secrets): RedisConfig {
  const { host, port, username, password, db, tls } = redis;
  return { host, port, db, tls, ...(username ? { username } : {}), ...(password ? { password: secrets.reveal(password) } : {}) };
}
