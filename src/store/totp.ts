import { z } from 'zod';
import type { AuditFacts } from '../core/audit-facts.ts';
import { AUDIT_LUA, type Audit, type ChainArgs } from './audit.ts';
import type { Client } from './client.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';
import { script } from './script.ts';

const Letter = z.object({ channel: z.string(), ts: z.string(), files: z.array(z.string()) });
const asJson = z.string().transform((text): unknown => JSON.parse(text));

/** What is kept of somebody's one-time codes; the secret is encrypted before it comes here. */
const Enrolment = z
  .object({
    sealed: z.string(),
    confirmed: z.literal('1').optional(),
    userName: z.string(),
    enrolledAtMs: z.coerce.number(),
    letter: asJson.pipe(Letter).optional(),
  })
  .transform(({ confirmed, ...rest }) => ({ ...rest, isConfirmed: confirmed !== undefined }));
export type Enrolment = z.output<typeof Enrolment>;

/**
 * What became of a code: `replayed` (this step or a later one was used already), `locked` (too many wrong ones), `unconfirmed`,
 * `changed` (judged by a secret that was replaced meanwhile), `missing`.
 */
export type CodeOutcome =
  | { readonly outcome: 'ok' | 'wrong' | 'replayed' | 'unconfirmed' | 'changed' | 'missing' }
  | { readonly outcome: 'locked'; readonly untilMs: number };

/** A code that was looked at: the time step it stands for, absent when it is wrong. */
export interface CodeTried {
  readonly userId: string;
  readonly sealed: string;
  readonly step: number | undefined;
}

export interface TotpStore {
  get(userId: string): Promise<Enrolment | undefined>;
  /** User ids of those who have codes and had this name when they enrolled. */
  named(userName: string): Promise<readonly string[]>;
  /** Resolves with false, and changes nothing, when there are confirmed codes. An unconfirmed enrolment lapses by itself. */
  enrol(userId: string, enrolment: Pick<Enrolment, 'sealed' | 'userName' | 'enrolledAtMs'>, audit: AuditFacts): Promise<boolean>;
  /** Remembers where the key was shown, while it is still the same. */
  shown(userId: string, sealed: string, letter: z.output<typeof Letter>): Promise<void>;
  use(tried: CodeTried): Promise<CodeOutcome>;
  /** The same for the first code, which confirms the enrolment. */
  confirm(tried: CodeTried, audit: AuditFacts): Promise<CodeOutcome>;
  /** Resolves with false when there was nothing. */
  remove(userId: string, audit: AuditFacts): Promise<boolean>;
}

const UNCONFIRMED_MS = 15 * 60_000;
const TRIES_MS = 15 * 60_000;
const MOST_TRIES = 5;
const NO_AUDIT: ChainArgs = ['', '', '', ''];

const ENROL = `${AUDIT_LUA}
if redis.call('HGET', KEYS[1], 'confirmed') == '1' then return {'confirmed'} end
local moved = chained(KEYS[2], ARGV[1], ARGV[2])
if moved then return moved end
append(KEYS[2], ARGV[1], ARGV[3], ARGV[4])
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'sealed', ARGV[5], 'userName', ARGV[6], 'enrolledAtMs', ARGV[7])
redis.call('PEXPIRE', KEYS[1], ARGV[8])
redis.call('SADD', KEYS[3], ARGV[9])
return done('ok')
`;

const SHOWN = `
if redis.call('HGET', KEYS[1], 'sealed') == ARGV[1] then redis.call('HSET', KEYS[1], 'letter', ARGV[2]) end
return {'ok'}
`;

/**
 * The only place where a code counts. By the clock of the server: no more than five wrong ones in 15 minutes, whoever is faster; a
 * step counts once, and none before it afterwards (RFC 6238, 5.2). A used code counts as a wrong one.
 */
const TRY = `${AUDIT_LUA}
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local sealed, confirms, step = ARGV[5], ARGV[7] == 'confirm', tonumber(ARGV[6])
local kept = redis.call('HMGET', KEYS[1], 'sealed', 'confirmed', 'lastStep')
if not kept[1] then return {'missing'} end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - tonumber(ARGV[8]))
local tries = redis.call('ZCARD', KEYS[2])
if tries >= tonumber(ARGV[9]) then
  local first = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
  return {'locked', string.format('%.0f', tonumber(first[2]) + tonumber(ARGV[8]))}
end
local function failed(word)
  redis.call('ZADD', KEYS[2], now, string.format('%.0f', now) .. '-' .. time[2] .. '-' .. tries)
  redis.call('PEXPIRE', KEYS[2], ARGV[8])
  return {word}
end
if kept[1] ~= sealed then return {'changed'} end
if not confirms and kept[2] ~= '1' then return {'unconfirmed'} end
if not step then return failed('wrong') end
if kept[3] and step <= tonumber(kept[3]) then return failed('replayed') end
if confirms then
  local moved = chained(KEYS[3], ARGV[1], ARGV[2])
  if moved then return moved end
  append(KEYS[3], ARGV[1], ARGV[3], ARGV[4])
  redis.call('HSET', KEYS[1], 'confirmed', '1')
  redis.call('PERSIST', KEYS[1])
end
redis.call('HSET', KEYS[1], 'lastStep', string.format('%.0f', step))
return done('ok')
`;

const REMOVE = `${AUDIT_LUA}
if redis.call('EXISTS', KEYS[1]) == 0 then return {'missing'} end
local moved = chained(KEYS[2], ARGV[1], ARGV[2])
if moved then return moved end
append(KEYS[2], ARGV[1], ARGV[3], ARGV[4])
redis.call('DEL', KEYS[1], KEYS[4])
redis.call('SREM', KEYS[3], ARGV[5])
return done('ok')
`;

const Outcome = z.enum(['ok', 'wrong', 'replayed', 'unconfirmed', 'changed', 'missing']);
const Locked = z.tuple([z.literal('locked'), z.coerce.number()]);

/** One-time codes of people as Redis hashes. */
export function createTotpStore(redis: Client, keys: Keys, audit: Audit): TotpStore {
  const [enrolScript, shownScript] = [script(redis, ENROL), script(redis, SHOWN)];
  // A used code must not come back with an older copy of the store, nor a voided one.
  const [tryScript, removeScript] = [script(redis, TRY, 'durable'), script(redis, REMOVE, 'durable')];
  const get = async (userId: string) => {
    const hash = await reach(redis.hgetall(keys.totp(userId)));
    return Object.keys(hash).length === 0 ? undefined : Enrolment.parse(hash);
  };
  const attempt = ({ userId, sealed, step }: CodeTried, mode: 'use' | 'confirm') => {
    const names = [keys.totp(userId), keys.totpTries(userId), keys.audit];
    const args = [sealed, step === undefined ? '' : String(step), mode, TRIES_MS, MOST_TRIES];
    return (chain: ChainArgs = NO_AUDIT) => tryScript(names, [...chain, ...args]);
  };
  return {
    get,
    async named(userName) {
      const people = await reach(redis.smembers(keys.totpPeople));
      const found = await Promise.all(people.map(async (id) => ((await get(id))?.userName === userName ? [id] : [])));
      return found.flat();
    },
    async enrol(userId, { sealed, userName, enrolledAtMs }, facts) {
      const names = [keys.totp(userId), keys.audit, keys.totpPeople];
      const args = [sealed, userName, enrolledAtMs, UNCONFIRMED_MS, userId];
      const [word] = await audit.commit([facts], ([chain]) => enrolScript(names, [...(chain ?? NO_AUDIT), ...args]));
      return word === 'ok';
    },
    async shown(userId, sealed, letter) {
      await shownScript([keys.totp(userId)], [sealed, JSON.stringify(letter)]);
    },
    use: async (tried) => outcomeOf(await attempt(tried, 'use')()),
    confirm: async (tried, facts) => outcomeOf(await audit.commit([facts], ([chain]) => attempt(tried, 'confirm')(chain))),
    async remove(userId, facts) {
      const names = [keys.totp(userId), keys.audit, keys.totpPeople, keys.totpTries(userId)];
      const [word] = await audit.commit([facts], ([chain]) => removeScript(names, [...(chain ?? NO_AUDIT), userId]));
      return word === 'ok';
    },
  };
}

function outcomeOf(reply: unknown): CodeOutcome {
  const locked = Locked.safeParse(reply);
  if (locked.success) return { outcome: 'locked', untilMs: locked.data[1] };
  return { outcome: Outcome.parse(z.array(z.unknown()).parse(reply)[0]) };
}
