import type { Client } from './client.ts';
import { z } from 'zod';
import { bug } from '../core/errors.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';
import { script } from './script.ts';

const IdentitySchema = z.object({
  userId: z.string(),
  teamId: z.string(),
  displayName: z.string(),
  isGuest: z.boolean(),
  isBot: z.boolean(),
  isDeactivated: z.boolean(),
  groups: z.array(z.string()),
});

/** What Slack said of a person, and when it was asked. */
export const KnownPerson = z.object({
  version: z.literal(1),
  /** Epoch milliseconds at which it was true at the latest. */
  atMs: z.number(),
  /** `null`: nobody has that id. */
  identity: IdentitySchema.nullable(),
});
export type KnownPerson = z.output<typeof KnownPerson>;

/** The last word of Slack on people, for the hour in which it can't be asked. */
export interface KnownPeople {
  /** Keeps the newer of two. */
  put(userId: string, person: KnownPerson): Promise<void>;
  get(userId: string): Promise<KnownPerson | undefined>;
}

const PUT = `
local old = redis.call('HGET', KEYS[1], ARGV[1])
if old and cjson.decode(old).atMs > tonumber(ARGV[3]) then return 0 end
return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
`;

export function createKnownPeople(redis: Client, keys: Keys): KnownPeople {
  const put = script(redis, PUT);
  return {
    async put(userId, person) {
      await put([keys.people], [userId, JSON.stringify(person), person.atMs]);
    },
    async get(userId) {
      const text = await reach(redis.hget(keys.people, userId));
      if (text === null) return undefined;
      const parsed = KnownPerson.safeParse(JSON.parse(text));
      if (!parsed.success) throw bug(`what is kept of ${userId} cannot be read`, parsed.error);
      return parsed.data;
    },
  };
}
