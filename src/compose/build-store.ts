import { hostname } from 'node:os';
import type { KeptRecords } from '../clusters/record-reads.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Redact } from '../core/redact.ts';
import { type AuditFollower, createAuditFollower } from '../store/audit-follower.ts';
import { type AuditHeads, createAuditHeads } from '../store/audit-heads.ts';
import type { Incidents } from '../store/incidents.ts';
import { connectRedis } from '../store/redis.ts';
import { placeWords, type RedisConfig } from '../store/redis-options.ts';
import { keysOf } from '../store/keys.ts';
import type { KnownPeople } from '../store/known-people.ts';
import type { Seen } from '../store/seen.ts';
import type { Silences } from '../store/silences.ts';
import { createStore, type Store } from '../store/store.ts';
import { redisConfig } from '../redis-config.ts';
import { type AlertStores, alertStores } from './alert-stores.ts';
import { guardRedis, type RedisGuard } from './redis-guard.ts';

/** Everything kept in Redis. */
export interface StoreParts extends AlertStores {
  readonly redis: RedisConfig;
  readonly guard: RedisGuard;
  readonly store: Store;
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

interface Needs {
  readonly config: Config;
  readonly secrets: Secrets;
  /** Whether this process executes runs: it then refuses a store that a newer release has written to. */
  readonly worker: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly redact: Redact;
}

/** Ended runs whose time is over are looked for this often. */
const FORGET_MS = 3_600_000;

/** @throws Refusal for a Redis that may lose what was approved, and, for a worker, for the store of a newer release. */
export async function buildStore({ config, secrets, worker, clock, log, redact }: Needs): Promise<StoreParts> {
  const { prefix, demo, keepRuns } = config.redis;
  const redis = redisConfig(config, secrets);
  const connection = connectRedis(redis, log);
  const store = createStore(connection.redis, { prefix, clock, log, redact });
  const safe = { where: placeWords(redis), demo, worker, claimFormat: store.claimFormat, probeKey: keysOf(prefix).format };
  const guard = await guardRedis(connection, { ...safe, clock, log });
  const ofAlerts = alertStores(connection.redis, { config, audit: store.audit, clock, log });
  const forget = async () => {
    if (!guard.isGood()) return;
    const forgotten = await store.forgetBefore(clock.now() - keepRuns);
    if (forgotten > 0) log.info('runs whose time is over were forgotten', { runs: forgotten });
  };
  const stopForgetting = clock.every(FORGET_MS, forget, (error) =>
    log.warn('old runs could not be forgotten', { why: asError(error).message }),
  );
  return {
    ...{ redis, guard, store, ...ofAlerts },
    auditFollower: createAuditFollower(connection.redis, keysOf(prefix), `${hostname()}:${config.audit.file ?? ''}`),
    auditHeads: createAuditHeads(connection.redis, keysOf(prefix), store.audit),
    seen: {
      async seenBefore(what, ttlMs) {
        guard.mustBeGood();
        return store.seen.seenBefore(what, ttlMs);
      },
      async remember(what, ttlMs) {
        guard.mustBeGood();
        await store.seen.remember(what, ttlMs);
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
    records: recordsOf(store, ofAlerts, guard),
    async close() {
      stopForgetting();
      guard.stop();
      await connection.close();
    },
  };
}

function recordsOf(
  { runs, journal, debts, maintenance, reviews }: Store,
  { incidents, silences }: Pick<StoreParts, 'incidents' | 'silences'>,
  guard: RedisGuard,
): KeptRecords {
  return {
    async runs(filter) {
      guard.mustBeGood();
      return runs.list(filter);
    },
    async unreadableRuns(filter) {
      guard.mustBeGood();
      return runs.unreadable(filter);
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
    async leaderChanges(cluster) {
      guard.mustBeGood();
      return incidents.allChanges(cluster);
    },
    async openIncidents(cluster) {
      guard.mustBeGood();
      return incidents.openOf(cluster);
    },
    ...incidentRecords(incidents, silences, guard),
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

type IncidentRecords = Pick<KeptRecords, 'openIncidentsOfAll' | 'recentIncidents' | 'incident' | 'silences'>;

function incidentRecords(incidents: Incidents, silences: Silences, guard: RedisGuard): IncidentRecords {
  return {
    async openIncidentsOfAll() {
      guard.mustBeGood();
      return incidents.open();
    },
    async recentIncidents(limit) {
      guard.mustBeGood();
      return incidents.recent(limit);
    },
    async incident(name) {
      guard.mustBeGood();
      return incidents.named(name);
    },
    async silences() {
      guard.mustBeGood();
      return silences.list();
    },
  };
}
