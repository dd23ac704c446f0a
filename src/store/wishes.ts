import { z } from 'zod';
import type { Client } from './client.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';

/** What a person typed and did not finish, while a form asks them for the rest. */
export const Wish = z.object({ text: z.string(), userId: z.string() });
export type Wish = z.output<typeof Wish>;

export interface Wishes {
  put(id: string, wish: Wish): Promise<void>;
  /** Once; `undefined` when it is gone or too old. */
  take(id: string): Promise<Wish | undefined>;
}

const KEEP_MS = 30 * 60_000;

export function createWishes(redis: Client, keys: Keys): Wishes {
  return {
    put: async (id, wish) => void (await reach(redis.set(keys.wish(id), JSON.stringify(wish), 'PX', KEEP_MS))),
    async take(id) {
      const text = await reach(redis.getdel(keys.wish(id)));
      return text === null ? undefined : Wish.parse(JSON.parse(text));
    },
  };
}
