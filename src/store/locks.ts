import { z } from 'zod';
import type { Lock } from '../core/runbook.ts';
import { AUDIT_LUA, type Audit } from './audit.ts';
import type { Client } from './client.ts';
import type { Keys } from './keys.ts';
import { script } from './script.ts';

/** Who holds a lock, for the sentence that refuses somebody else. */
export const LockHolder = z.object({
  resource: z.string(),
  run: z.string(),
  runbook: z.string(),
  shared: z.boolean(),
  epoch: z.number().int(),
  sinceMs: z.number(),
});
export type LockHolder = z.output<typeof LockHolder>;

export interface LockRequest {
  readonly run: string;
  readonly runbook: string;
  readonly epoch: number;
  readonly locks: readonly Lock[];
  readonly atMs: number;
  /** Runs whose locks may be taken from them: each is cancelled and fenced in the same step, with a line in the audit log. */
  readonly over?: readonly string[];
}

export interface Locks {
  /**
   * All or none, in one step. A later attempt of the same run takes them over; an earlier one is refused as `fenced`. Resolves
   * with those who stand in the way, and an empty list when the locks are taken.
   */
  take(request: LockRequest): Promise<readonly LockHolder[] | 'fenced'>;
  /** Lets go of what this attempt, or an earlier one of its run, holds. */
  release(request: Pick<LockRequest, 'run' | 'epoch' | 'locks'>): Promise<void>;
  /** Who would stand in the way now. */
  inTheWay(locks: readonly Lock[]): Promise<readonly LockHolder[]>;
}

/** `KEYS` are the locks, `ARGV[3]` begins the key of a run; a holder whose run has ended holds nothing any more. */
const IN_THE_WAY = `
local run, shared = ARGV[1], cjson.decode(ARGV[2])
local ended = {succeeded = true, failed = true, cancelled = true, stale = true, denied = true, expired = true, withdrawn = true}
local way = {}
for i, key in ipairs(KEYS) do
  local holders = redis.call('HGETALL', key)
  for h = 1, #holders, 2 do
    local state = redis.call('HGET', ARGV[3] .. holders[h], 'state')
    if not state or ended[string.gsub(state, '"', '')] then redis.call('HDEL', key, holders[h])
    elseif holders[h] ~= run and not (shared[i] and cjson.decode(holders[h + 1]).shared) then table.insert(way, holders[h + 1]) end
  end
end
`;

const LOOK = `${IN_THE_WAY}
return way
`;

const TAKE = `
if redis.call('HGET', ARGV[3] .. ARGV[1], 'epoch') ~= ARGV[4] then return {'fenced'} end
${IN_THE_WAY}
if #way > 0 then return way end
for i, key in ipairs(KEYS) do redis.call('HSET', key, run, ARGV[4 + i]) end
return {}
`;

/**
 * `ARGV[5]` names the runs that may lose their locks, as JSON; `KEYS` end with the audit log and the index of open runs. Only when
 * nobody else stands in the way is anything taken.
 */
const TAKE_OVER = `${AUDIT_LUA}
local audit, open = table.remove(KEYS, #KEYS - 1), table.remove(KEYS)
if redis.call('HGET', ARGV[3] .. ARGV[1], 'epoch') ~= ARGV[4] then return {'fenced'} end
${IN_THE_WAY}
local over, victims = {}, {}
for _, id in ipairs(cjson.decode(ARGV[5])) do over[id] = true end
for _, holder in ipairs(way) do
  local id = cjson.decode(holder).run
  if not over[id] then return {'held', unpack(way)} end
  victims[id] = true
end
local moved = chained(audit, ARGV[6], ARGV[7])
if moved then return moved end
append(audit, ARGV[6], ARGV[8], ARGV[9])
for id in pairs(victims) do
  local key = ARGV[3] .. id
  redis.call('HINCRBY', key, 'epoch', 1)
  redis.call('HINCRBY', key, 'revision', 1)
  redis.call('HSET', key, 'state', '"cancelled"', 'endedAtMs', ARGV[10], 'why', ARGV[11], 'takenOverBy', ARGV[12])
  redis.call('ZREM', open, id)
  for _, lock in ipairs(KEYS) do redis.call('HDEL', lock, id) end
end
for i, key in ipairs(KEYS) do redis.call('HSET', key, run, ARGV[12 + i]) end
return done('taken')
`;

const RELEASE = `
for _, key in ipairs(KEYS) do
  local held = redis.call('HGET', key, ARGV[1])
  if held and cjson.decode(held).epoch <= tonumber(ARGV[2]) then redis.call('HDEL', key, ARGV[1]) end
end
return {}
`;

const Texts = z.array(z.string());

/** Locks on resources, held by runs across all workers: shared ones together, exclusive ones alone. They have no time-out. */
export function createLocks(redis: Client, keys: Keys, audit: Audit): Locks {
  const look = script(redis, LOOK);
  const take = script(redis, TAKE, 'durable');
  const takeOver = script(redis, TAKE_OVER, 'durable');
  const release = script(redis, RELEASE);
  return {
    async take({ run, runbook, epoch, locks, atMs, over = [] }) {
      const sorted = inOrder(locks);
      const held = sorted.map(({ resource, shared }) => JSON.stringify({ resource, run, runbook, shared, epoch, sinceMs: atMs }));
      if (over.length > 0) {
        const why = `taken over by run ${run} (${runbook})`;
        const facts = { atMs, who: 'trunkline', via: 'worker', what: 'run.take-over', result: over.join(' '), run } as const;
        const [reply, ...way] = await audit.commit([facts], ([chain]) =>
          takeOver(
            [...names(sorted), keys.audit, keys.openRuns],
            [
              ...[run, sharedFlags(sorted), keys.run(''), String(epoch), JSON.stringify(over), ...(chain ?? [])],
              ...[String(atMs), JSON.stringify(why), JSON.stringify(run), ...held],
            ],
          ),
        );
        if (reply === 'fenced') return 'fenced';
        return reply === 'taken' ? [] : Texts.parse(way).map(parseHolder);
      }
      const args = [run, sharedFlags(sorted), keys.run(''), String(epoch), ...held];
      const reply = Texts.parse(await take(names(sorted), args));
      return reply[0] === 'fenced' ? 'fenced' : reply.map(parseHolder);
    },
    async release({ run, epoch, locks }) {
      if (locks.length > 0) await release(names(locks), [run, epoch]);
    },
    async inTheWay(locks) {
      const sorted = inOrder(locks);
      return Texts.parse(await look(names(sorted), ['', sharedFlags(sorted), keys.run('')])).map(parseHolder);
    },
  };

  function names(locks: readonly Lock[]): readonly string[] {
    return locks.map(({ resource }) => keys.lock(resource));
  }
}

function inOrder(locks: readonly Lock[]): readonly Lock[] {
  return [...locks].sort((a, b) => (a.resource < b.resource ? -1 : 1));
}

function sharedFlags(locks: readonly Lock[]): string {
  return JSON.stringify(locks.map((lock) => lock.shared));
}

function parseHolder(text: string): LockHolder {
  return LockHolder.parse(JSON.parse(text));
}
