import { createHash } from 'node:crypto';
import type { Client } from './client.ts';
import { reach } from './reach.ts';

/** A Lua script on the server: atomic, all or nothing. Resolves with what it returned. */
export type Script = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/**
 * Prepares a Lua script; it is sent once and called by its digest afterwards (Redis manual, EVALSHA). What a `durable` one writes
 * an effect may follow, so it resolves only when as many replicas have it as are configured.
 */
export function script(redis: Client, lua: string, kept: 'durable' | 'plain' = 'plain'): Script {
  const digest = createHash('sha1').update(lua).digest('hex');
  const { durable } = redis;
  if (kept === 'durable' && durable) return (keys, args) => durable.run({ lua, digest, keys, args });
  return async (keys, args) => {
    try {
      return await reach(redis.evalsha(digest, keys.length, ...keys, ...args));
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return reach(redis.eval(lua, keys.length, ...keys, ...args));
    }
  };
}
