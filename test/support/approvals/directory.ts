import type { Redis } from 'ioredis';
import { z } from 'zod';
import { unauthorised } from '../../../src/core/errors.ts';
import type { Gate } from '../../../src/runs/needs.ts';

/** One question of the gate or one act on the cluster, in the order in which they happened over all processes. */
const Asked = z.object({ by: z.enum(['admit', 'lacks', 'act']), who: z.string(), need: z.string(), may: z.boolean() });
export type Asked = z.output<typeof Asked>;

/** Slack as several processes see it: who is in which group at this moment, and whether Slack answers. Kept in Redis. */
export interface Directory {
  /** What a person may from now on; nothing when they left. */
  set(who: string, rights: readonly Right[]): Promise<void>;
  setAway(away: boolean): Promise<void>;
  note(asked: Asked): Promise<void>;
  history(): Promise<readonly Asked[]>;
  readonly gate: Pick<Gate, 'admit' | 'lacks'>;
}

export type Right = 'ask' | 'approve' | 'admin';

const ASK = `
if redis.call('EXISTS', KEYS[2]) == 1 then return 'away' end
local held = ',' .. (redis.call('HGET', KEYS[1], ARGV[1]) or '') .. ','
local may = string.find(held, ',' .. ARGV[2] .. ',', 1, true) ~= nil
redis.call('RPUSH', KEYS[3], cjson.encode({by = ARGV[3], who = ARGV[1], need = ARGV[2], may = may}))
return may and 'yes' or 'no'
`;

/** Looking and writing down what was seen are one step, so that the history is true whatever changes meanwhile. */
export function directoryOn(redis: Redis, prefix: string, pause: () => Promise<void>): Directory {
  const [people, away, log] = [`${prefix}:people`, `${prefix}:away`, `${prefix}:asked`];
  async function ask(who: string, need: string, by: 'admit' | 'lacks'): Promise<boolean> {
    await pause();
    const answer = await redis.eval(ASK, 3, people, away, log, who, rightOf(need), by);
    await pause();
    if (answer === 'away') throw unauthorised('Slack could not be asked, so it is refused', 'Try again.');
    return answer === 'yes';
  }
  return {
    set: async (who, rights) => void (await redis.hset(people, who, rights.join(','))),
    setAway: async (is) => void (await (is ? redis.set(away, '1') : redis.del(away))),
    note: async (asked) => void (await redis.rpush(log, JSON.stringify(asked))),
    history: async () => (await redis.lrange(log, 0, -1)).map((line) => Asked.parse(JSON.parse(line))),
    gate: {
      async admit({ userId }, need) {
        if (!(await ask(userId, need, 'admit'))) throw unauthorised(`this needs ${need}`, 'Ask somebody else.');
      },
      lacks: async (userId, need) => ((await ask(userId, need, 'lacks')) ? undefined : `may not ${need} any more`),
    },
  };
}

function rightOf(need: string): Right {
  if (need.startsWith('admin')) return 'admin';
  return need.startsWith('approve') ? 'approve' : 'ask';
}
