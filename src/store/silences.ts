import { z } from 'zod';
import type { AuditFacts } from '../core/audit-facts.ts';
import type { Clock } from '../core/clock.ts';
import { Silence } from '../core/silence.ts';
import { AUDIT_LUA, type Audit } from './audit.ts';
import type { Client } from './client.ts';
import { reach } from './reach.ts';
import { script } from './script.ts';

export interface Silences {
  /** Kept in one step with its audit entry. */
  add(silence: Silence, audit: AuditFacts): Promise<void>;
  /** Ends one, in one step with its audit entry; `none` when somebody else was first. */
  end(silence: Silence, audit: AuditFacts): Promise<'ended' | 'none'>;
  /** Those that have not ended, the first to end first. */
  list(): Promise<readonly Silence[]>;
  /** Also one that has ended by itself, for a month. */
  get(id: string): Promise<Silence | undefined>;
}

/** What ended is known for so long: 30 days in milliseconds. */
const KEEP_MS = 30 * 24 * 3_600_000;

const ADD = `${AUDIT_LUA}
local moved = chained(KEYS[2], ARGV[1], ARGV[2])
if moved then return moved end
append(KEYS[2], ARGV[1], ARGV[3], ARGV[4])
redis.call('HSET', KEYS[1], ARGV[5], ARGV[6])
return done('added')
`;

const END = `${AUDIT_LUA}
if redis.call('HEXISTS', KEYS[1], ARGV[5]) == 0 then return {'none'} end
local moved = chained(KEYS[2], ARGV[1], ARGV[2])
if moved then return moved end
append(KEYS[2], ARGV[1], ARGV[3], ARGV[4])
redis.call('HDEL', KEYS[1], ARGV[5])
return done('ended')
`;

const Ended = z.enum(['ended', 'none']);
const NO_CHAIN = ['', '', '', ''] as const;

export function createSilences(
  redis: Client,
  prefix: string,
  { audit, clock }: { audit: Pick<Audit, 'commit'>; clock: Clock },
): Silences {
  const key = `{${prefix}}:silences`;
  const names = [key, `{${prefix}}:audit`];
  const [add, end] = [script(redis, ADD), script(redis, END)];
  const all = async () => Object.values(await reach(redis.hgetall(key))).map((text) => Silence.parse(JSON.parse(text)));
  const forget = async () => {
    const old = (await all()).filter(({ untilMs }) => untilMs + KEEP_MS < clock.now()).map(({ id }) => id);
    if (old.length > 0) await reach(redis.hdel(key, ...old));
  };
  return {
    async add(silence, facts) {
      await forget();
      const args = [silence.id, JSON.stringify(Silence.parse(silence))];
      await audit.commit([facts], ([chain]) => add(names, [...(chain ?? NO_CHAIN), ...args]));
    },
    async end({ id }, facts) {
      const [word] = await audit.commit([facts], ([chain]) => end(names, [...(chain ?? NO_CHAIN), id]));
      return Ended.parse(word);
    },
    list: async () => (await all()).filter(({ untilMs }) => clock.now() < untilMs).sort((a, b) => a.untilMs - b.untilMs),
    get: async (id) => (await all()).find((one) => one.id === id),
  };
}
