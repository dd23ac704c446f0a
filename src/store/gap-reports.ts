import { z } from 'zod';
import { GapReport } from '../core/gap-report.ts';
import type { Log } from '../core/log.ts';
import type { Client } from './client.ts';
import { reach } from './reach.ts';
import { tellOnce } from './unreadable.ts';

/** Reports of times without a watch, kept until one bot has told each. */
export interface GapReports {
  /**
   * Keeps it, an unfinished one in place of what knew no more. `ours`: this bot tells it, or goes on to complete it, and the others
   * leave it alone for a minute; `theirs`: another bot does.
   */
  keep(report: GapReport): Promise<'ours' | 'theirs' | 'told'>;
  untold(): Promise<readonly GapReport[]>;
  /** True when this bot may tell it now: nobody has, and the turn is its own and lasts long enough for one post. */
  turn(id: string): Promise<boolean>;
  /** It was posted. True for the first to say so of a report that was kept. */
  told(id: string): Promise<boolean>;
}

/** What was told is known for so long: 30 days in milliseconds. */
const KEEP_MS = 30 * 24 * 3_600_000;
/** A bot that died leaves its turn to the others after a minute. */
const TURN_MS = 60_000;
/** Longer than Slack's answer to one post is waited for; milliseconds. */
const POST_MS = 20_000;

/** KEYS: reports, told, turn. ARGV: id, JSON, bot, milliseconds of a turn. What can't be read is written over. */
const KEEP_LUA = `
if redis.call('EXISTS', KEYS[2]) == 1 then return 'told' end
local kept = redis.call('HGET', KEYS[1], ARGV[1])
local readable, old = pcall(cjson.decode, kept or '')
local new = cjson.decode(ARGV[2])
local isLess = readable and (not old.isUnfinished or new.told < old.told)
if not isLess then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
local holder = redis.call('GET', KEYS[3])
if holder and holder ~= ARGV[3] then return 'theirs' end
redis.call('SET', KEYS[3], ARGV[3], 'PX', ARGV[4])
return 'ours'
`;

/** KEYS: told, turn. ARGV: bot, milliseconds of a turn, and of one post. A turn is never made longer, so that a bot that is cut from Slack loses it. */
const TURN_LUA = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local holder = redis.call('GET', KEYS[2])
if holder then return holder == ARGV[1] and redis.call('PTTL', KEYS[2]) > tonumber(ARGV[3]) and 1 or 0 end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 1
`;

/** KEYS: reports, told. ARGV: id, milliseconds. */
const TOLD_LUA = `
redis.call('SET', KEYS[2], '1', 'PX', ARGV[2])
return redis.call('HDEL', KEYS[1], ARGV[1])
`;

const Kept = z.enum(['ours', 'theirs', 'told']);

/** Reports as one Redis hash, id -> JSON. @param options.bot unique to this process. */
export function createGapReports(
  redis: Client,
  { prefix, bot, log }: { readonly prefix: string; readonly bot: string; readonly log?: Log },
): GapReports {
  const key = `{${prefix}}:gap-reports`;
  const toldKey = (id: string) => `${key}:told:${id}`;
  const turnKey = (id: string) => `${key}:turn:${id}`;
  const unreadable = tellOnce(log);
  const read = ([id, text]: readonly [string, string]): readonly GapReport[] => {
    const parsed = GapReport.safeParse(jsonOf(text));
    if (parsed.success) return [parsed.data];
    unreadable('gap report', { id, says: z.prettifyError(parsed.error) });
    return [];
  };
  // They are rare: sent whole each time, none is sent twice because the server did not know it.
  const run = (lua: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> =>
    reach(redis.eval(lua, keys.length, ...keys, ...args));
  return {
    async keep(report) {
      const { id } = report;
      const args = [id, JSON.stringify(GapReport.parse(report)), bot, TURN_MS];
      return Kept.parse(await run(KEEP_LUA, [key, toldKey(id), turnKey(id)], args));
    },
    untold: async () => Object.entries(await reach(redis.hgetall(key))).flatMap(read),
    turn: async (id) => (await run(TURN_LUA, [toldKey(id), turnKey(id)], [bot, TURN_MS, POST_MS])) === 1,
    told: async (id) => (await run(TOLD_LUA, [key, toldKey(id)], [id, KEEP_MS])) === 1,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
