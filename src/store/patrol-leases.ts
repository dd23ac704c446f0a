import { z } from 'zod';
import type { Client } from './client.ts';
import { script } from './script.ts';

/** Which bot looks at which cluster and etcd. */
export interface PatrolLeases {
  /** Takes or keeps, for so many milliseconds, those that no other bot holds; resolves with those held. */
  hold(posts: readonly string[], forMs: number): Promise<readonly string[]>;
  /** Lets go of those that this bot holds. */
  release(posts: readonly string[]): Promise<void>;
  /** Those that no bot holds. */
  free(posts: readonly string[]): Promise<readonly string[]>;
}

/** ARGV: bot, milliseconds, posts... */
const HOLD_LUA = `
local held = {}
for i = 3, #ARGV do
  local key = KEYS[1] .. ':' .. ARGV[i]
  local holder = redis.call('GET', key)
  if not holder or holder == ARGV[1] then
    redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
    held[#held + 1] = ARGV[i]
  end
end
return held
`;

/** ARGV: bot, posts... */
const RELEASE_LUA = `
for i = 2, #ARGV do
  local key = KEYS[1] .. ':' .. ARGV[i]
  if redis.call('GET', key) == ARGV[1] then redis.call('DEL', key) end
end
return 1
`;

/** @param options.bot unique to this process. */
export function createPatrolLeases(
  redis: Client,
  { prefix, bot }: { readonly prefix: string; readonly bot: string },
): PatrolLeases {
  const [holdScript, releaseScript] = [script(redis, HOLD_LUA), script(redis, RELEASE_LUA)];
  const key = `{${prefix}}:patrol`;
  return {
    hold: async (posts, forMs) => z.array(z.string()).parse(await holdScript([key], [bot, Math.ceil(forMs), ...posts])),
    async release(posts) {
      await releaseScript([key], [bot, ...posts]);
    },
    async free(posts) {
      if (posts.length === 0) return [];
      const holders = await redis.mget(posts.map((post) => `${key}:${post}`));
      return posts.filter((_, i) => holders[i] === null);
    },
  };
}
