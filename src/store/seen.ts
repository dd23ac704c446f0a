import type { Client } from './client.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';

/** Remembers what was handled already, such as an event's id that Slack may deliver again. */
export interface Seen {
  /** True when this was asked before within `ttlMs`; the first to ask gets false, even when many ask at once. */
  seenBefore(what: string, ttlMs: number): Promise<boolean>;
  /** From now on for `ttlMs`, whether it was seen or not: what was only begun has been done. */
  remember(what: string, ttlMs: number): Promise<void>;
}

export function createSeen(redis: Client, keys: Keys): Seen {
  return {
    seenBefore: async (what, ttlMs) => (await reach(redis.set(keys.seen(what), '1', 'PX', ttlMs, 'NX'))) === null,
    remember: async (what, ttlMs) => void (await reach(redis.set(keys.seen(what), '1', 'PX', ttlMs))),
  };
}
