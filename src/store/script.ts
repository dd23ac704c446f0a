import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { reach } from './reach.ts';

/** A Lua script on the server: atomic, all or nothing. Resolves with what it returned. */
export type Script = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** Prepares a Lua script; it is sent once and called by its digest afterwards (Redis manual, EVALSHA). */
export function script(redis: Redis, lua: string): Script {
  const digest = createHash('sha1').update(lua).digest('hex');
  return async (keys, args) => {
    try {
      return await reach(redis.evalsha(digest, keys.length, ...keys, ...args));
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return reach(redis.eval(lua, keys.length, ...keys, ...args));
    }
  };
}
