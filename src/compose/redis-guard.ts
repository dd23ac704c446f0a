import { asError, TrunklineError, unreachable } from '../core/errors.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { checkRedis } from '../store/check-redis.ts';
import { awaitRedis, type RedisConnection } from '../store/redis.ts';

/** Whether Redis may be trusted with what was approved. */
export interface RedisGuard {
  /** @throws Unreachable at once while Redis is away or not checked, so that nobody waits for it. */
  mustBeGood(): void;
  says(): { readonly ok: boolean; readonly says: string };
  stop(): void;
}

const AGAIN_MS = 2000;
/** So many times rarer while all is well: settings can be changed, and another server can take the place of this one. */
const RARER = 5;

/**
 * Checks the settings of Redis at the start and from then on. One that can forget ends the start; one that is away does not: reads
 * and alerts go on without it, nothing is changed, and it is checked as soon as it is there.
 * @throws Refusal for settings that may lose what was approved.
 */
export async function guardRedis(
  connection: RedisConnection,
  { where, demo, clock, log }: { readonly where: string; readonly demo: boolean; readonly clock: Clock; readonly log: Log },
): Promise<RedisGuard> {
  let problem: string | undefined = 'not checked yet';
  const check = async () => {
    await checkRedis(connection.redis, { demo });
    problem = undefined;
  };
  try {
    await awaitRedis(connection, where);
    await check();
  } catch (error) {
    if (error instanceof TrunklineError && error.kind === 'refusal') throw error;
    log.error('started without Redis: questions and leader changes go on, nothing is changed', { why: asError(error).message });
  }
  let turns = 0;
  const again = async () => {
    turns += 1;
    if (!connection.health().ok) problem = 'not checked yet';
    else if (problem !== undefined || turns % RARER === 0) await check();
  };
  const stop = clock.every(AGAIN_MS, again, (error) => {
    problem = asError(error).message;
    log.error('Redis can not be used', { why: problem });
  });
  const says = () => {
    const health = connection.health();
    if (!health.ok) return { ok: false, says: health.why };
    return problem === undefined ? { ok: true, says: `${where} keeps what it is given` } : { ok: false, says: problem };
  };
  return {
    says,
    stop,
    mustBeGood() {
      const now = says();
      if (!now.ok)
        throw unreachable(
          `Redis is away (${now.says}), so nothing can be recorded`,
          'Status and lag still work. Start Redis, then ask again.',
        );
    },
  };
}
