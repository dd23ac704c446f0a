import type { Client } from './client.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';

/**
 * Runs that were started without approval and wait for their review. The run's own record says whether it was reviewed; this is how
 * they are found. So a run is added before it is stored, and what is found here without an open review is taken out.
 */
export interface Reviews {
  add(run: string, dueAtMs: number): Promise<void>;
  remove(run: string): Promise<void>;
  /** The ids, the first due first. */
  list(): Promise<readonly string[]>;
}

export function createReviews(redis: Client, keys: Keys): Reviews {
  return {
    add: async (run, dueAtMs) => void (await reach(redis.zadd(keys.reviews, dueAtMs, run))),
    remove: async (run) => void (await reach(redis.zrem(keys.reviews, run))),
    list: () => reach(redis.zrange(keys.reviews, '0', '-1')),
  };
}
