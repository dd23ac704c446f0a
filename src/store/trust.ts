import { once } from 'node:events';
import type { Cluster, Redis } from 'ioredis';
import { systemClock } from '../core/clock.ts';
import { asError, TrunklineError, unreachable } from '../core/errors.ts';
import { checkRedis } from './check-redis.ts';
import { reach } from './reach.ts';
import { readServerFacts, type ServerFacts } from './server-facts.ts';

const READY_MS = 2000;

interface Wanted {
  readonly demo: boolean;
  /** Another server can take its place: one that turns out to be a replica is left, so that the Sentinels are asked again. */
  readonly mayMove: boolean;
}

/**
 * Checks a server before it is trusted with a write that an effect follows: after every connect, because another server, or the
 * same one with other settings, may have come. A check that failed is made again by the next writer.
 * @throws Unreachable with the reason of the last check.
 */
export function trustOf(redis: Redis | Cluster, { demo, mayMove }: Wanted): () => Promise<ServerFacts> {
  let checked: Promise<ServerFacts> | undefined;
  const forget = () => {
    checked = undefined;
  };
  for (const event of ['ready', 'close', '+node', '-node']) redis.on(event, forget);

  const check = async () => {
    await reach(ready(redis));
    await checkRedis(redis, { demo });
    return readServerFacts(redis);
  };
  return async () => {
    const mine = checked ?? check();
    checked = mine;
    try {
      return await mine;
    } catch (error) {
      if (checked === mine) forget();
      if (mayMove && isReplica(error)) redis.disconnect(true);
      throw untrusted(error);
    }
  };
}

function isReplica(error: unknown): boolean {
  return error instanceof TrunklineError && error.message.includes('read-only replica');
}

function untrusted(error: unknown): TrunklineError {
  if (error instanceof TrunklineError && error.kind === 'unreachable') return error;
  const hint = error instanceof TrunklineError ? error.hint : 'Look at the Redis server.';
  return unreachable(`this Redis is not trusted: ${asError(error).message}`, `Nothing was changed. ${hint}`, error);
}

/** @throws Error when it is not connected within a time in which a healthy server is. */
async function ready(redis: Redis | Cluster): Promise<void> {
  const gone = new AbortController();
  try {
    while (redis.status !== 'ready') {
      await Promise.race([once(redis, 'ready', { signal: gone.signal }), late(gone.signal)]);
    }
  } finally {
    gone.abort();
  }
}

async function late(signal: AbortSignal): Promise<never> {
  await systemClock.sleep(READY_MS, signal);
  throw new Error('Connection is closed.');
}
