import { z } from 'zod';
import type { Client } from './client.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';

/** A copy of a request in a direct message. */
export const Copy = z.object({ userId: z.string(), channelId: z.string(), ts: z.string() });
export type Copy = z.output<typeof Copy>;

/** Where the copies of a request are, so that any process can change them. */
export interface Copies {
  add(run: string, copy: Copy): Promise<void>;
  of(run: string): Promise<readonly Copy[]>;
}

/** Longer than any request lives; the run itself stays. */
const KEEP_MS = 120 * 86_400_000;

/** One hash a run, one field a person. */
export function createCopies(redis: Client, keys: Keys): Copies {
  return {
    async add(run, copy) {
      await reach(redis.hset(keys.copies(run), copy.userId, JSON.stringify(copy)));
      await reach(redis.pexpire(keys.copies(run), KEEP_MS));
    },
    of: async (run) => Object.values(await reach(redis.hgetall(keys.copies(run)))).map((text) => Copy.parse(JSON.parse(text))),
  };
}
