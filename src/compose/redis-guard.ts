import type { Clock } from '../core/clock.ts';
import { asError, TrunklineError, unreachable } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { checkRedis } from '../store/check-redis.ts';
import { checkClock } from '../store/clock-skew.ts';
import { awaitRedis, type RedisConnection } from '../store/redis.ts';

/** Whether Redis may be trusted with what was approved. */
export interface RedisGuard {
  /** @throws Unreachable at once while Redis is away or not checked, so that nobody waits for it. */
  mustBeGood(): void;
  /** As `mustBeGood`, and replicas confirm writes, the clocks agree and no newer release has written to it: a change may start. */
  mustBeSafe(): void;
  /** Whether `mustBeGood` would pass. */
  isGood(): boolean;
  says(): { readonly ok: boolean; readonly says: string };
  stop(): void;
}

interface Needs {
  readonly where: string;
  readonly demo: boolean;
  readonly worker?: boolean;
  /** Marks the store as ours. @throws Refusal when a newer release has written to it. */
  readonly claimFormat?: () => Promise<void>;
  /** Any key of ours; the Cluster's node that has it is asked for its replicas. */
  readonly probeKey?: string;
  readonly clock: Clock;
  readonly log: Log;
}

const AGAIN_MS = 2000;
/** So many times rarer while all is well: settings can be changed, and another server can take the place of this one. */
const RARER = 5;
const NOT_CHECKED = 'not checked yet';

/**
 * Checks Redis at the start, at every reconnect and from then on. One that can forget ends the start, and so does, for a worker,
 * the store of a newer release; one that is away does not: reads and alerts go on without it, nothing is changed, and it is
 * checked as soon as it is there.
 * @throws Refusal for what only a person can put right.
 */
export async function guardRedis(connection: RedisConnection, needs: Needs): Promise<RedisGuard> {
  const { where, worker, clock, log } = needs;
  const found = createFindings(log);
  const check = async () => {
    await found.good(() => checkRedis(connection.redis, needs));
    await found.safe(() => checkSafe(connection, needs));
  };
  try {
    await awaitRedis(connection, where);
    await check();
  } catch (error) {
    if (error instanceof TrunklineError && error.kind === 'refusal' && (worker || !found.isGood())) throw error;
    log.error('no change can start yet; questions and leader changes go on', { why: asError(error).message });
  }
  let turns = 0;
  const again = async () => {
    turns += 1;
    if (!connection.health().ok) found.forget();
    else if (found.problem() !== undefined || turns % RARER === 0) await check();
  };
  connection.onReady(() => {
    found.forget();
    check().catch(found.tell);
  });
  const says = () => {
    const health = connection.health();
    if (!health.ok) return { ok: false, says: health.why };
    const problem = found.problem();
    return problem === undefined ? { ok: true, says: `${where} keeps what it is given` } : { ok: false, says: problem };
  };
  const isGood = () => connection.health().ok && found.isGood();
  const mustBeGood = () => {
    if (!isGood()) throw away(says().says);
  };
  return {
    ...{ says, isGood, mustBeGood },
    stop: clock.every(AGAIN_MS, again, found.tell),
    mustBeSafe() {
      mustBeGood();
      const now = says();
      if (!now.ok) throw unreachable(`no change can start now: ${now.says}`, 'Put that right; status and lag still work.');
    },
  };
}

function away(why: string): TrunklineError {
  return unreachable(
    `Redis is away (${why}), so nothing can be recorded`,
    'Status and lag still work. Start Redis, then ask again.',
  );
}

async function checkSafe({ redis }: RedisConnection, { claimFormat, probeKey, clock }: Needs): Promise<void> {
  await checkClock(redis, clock);
  if (probeKey !== undefined) await redis.durable?.probe(probeKey);
  await claimFormat?.();
}

/** What the last checks found; a problem stands until its check passes. */
function createFindings(log: Log) {
  let bad: string | undefined = NOT_CHECKED;
  let unsafe: string | undefined = NOT_CHECKED;
  let told: string | undefined;
  return {
    problem: () => bad ?? unsafe,
    isGood: () => bad === undefined,
    forget() {
      bad = NOT_CHECKED;
    },
    async good(check: () => Promise<void>) {
      try {
        await check();
        bad = undefined;
      } catch (error) {
        bad = asError(error).message;
        throw error;
      }
    },
    async safe(check: () => Promise<void>) {
      try {
        await check();
        unsafe = undefined;
        told = undefined;
      } catch (error) {
        unsafe = asError(error).message;
        throw error;
      }
    },
    tell(error: unknown) {
      const why = asError(error).message;
      if (why !== told) log.error('Redis can not be used for changes', { why });
      told = why;
    },
  };
}
