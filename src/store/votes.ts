import { z } from 'zod';
import type { AuditFacts } from '../core/audit-facts.ts';
import type { Vote } from '../core/run.ts';
import { AUDIT_LUA, type Audit } from './audit.ts';
import type { Client } from './client.ts';
import type { Keys } from './keys.ts';
import { script } from './script.ts';

/**
 * What became of a vote. `counted`, `approved` and `denied` changed the run; the others changed nothing: `again` (this person has
 * voted), `self` (the requester), `asker-only` (the requester alone confirms it), `no-code` (a one-time code is asked for and none
 * was checked), `expired`, `closed` (no longer pending), `missing`.
 */
export const VOTE_OUTCOMES = [
  'counted',
  'approved',
  'denied',
  'again',
  'self',
  'asker-only',
  'no-code',
  'expired',
  'closed',
  'missing',
] as const;
export type VoteOutcome = (typeof VOTE_OUTCOMES)[number];

export interface Votes {
  /** One atomic step; `audit` is the line that is written with a vote which changes something. */
  cast(run: string, vote: Vote, audit: Omit<AuditFacts, 'result'>): Promise<VoteOutcome>;
}

/**
 * The rules of an approval, where nobody can come between: the run is pending and its time has not passed (by the later of the
 * caller's clock and the server's, so that a caller that was frozen can't vote late), the requester never counts, one vote a
 * person, one denial ends it, enough approvals approve it, and the time to start counts from then or from the scheduled moment. Where
 * the asker confirms, that is the only vote there is; where a one-time code is asked for, an approval without one that was checked
 * does not count.
 */
const CAST = `${AUDIT_LUA}
local run, vote = KEYS[1], cjson.decode(ARGV[1])
local state = redis.call('HGET', run, 'state')
if not state then return {'missing'} end
if state ~= '"pending"' then return {'closed'} end
local time = redis.call('TIME')
local now = math.max(tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000), vote.atMs)
if now >= tonumber(redis.call('HGET', run, 'expiresAtMs')) then return {'expired'} end
local own = cjson.decode(redis.call('HGET', run, 'requester')).userId == vote.userId
local confirms = redis.call('HGET', run, 'confirmByAsker') == 'true'
if confirms and not (own and vote.verdict == 'approve') then return {own and 'self' or 'asker-only'} end
if own and not confirms then return {'self'} end
if vote.verdict == 'approve' and not vote.totp and redis.call('HGET', run, 'totpRequired') == 'true' then return {'no-code'} end
local text = redis.call('HGET', run, 'votes')
local approvals = 0
for _, other in ipairs(cjson.decode(text)) do
  if other.userId == vote.userId then return {'again'} end
  if other.verdict == 'approve' then approvals = approvals + 1 end
end
local outcome = 'counted'
if vote.verdict == 'deny' then outcome = 'denied'
elseif confirms or approvals + 1 >= tonumber(redis.call('HGET', run, 'approvalsNeeded')) then outcome = 'approved' end
local first = outcome == 'approved' and 6 or 2
local moved = chained(KEYS[2], ARGV[first], ARGV[first + 1])
if moved then return moved end
append(KEYS[2], ARGV[first], ARGV[first + 2], ARGV[first + 3])
local votes = text == '[]' and '[' .. ARGV[1] .. ']' or string.sub(text, 1, -2) .. ',' .. ARGV[1] .. ']'
redis.call('HSET', run, 'votes', votes)
redis.call('HINCRBY', run, 'revision', 1)
if outcome == 'approved' then
  local starts = math.max(now, tonumber(redis.call('HGET', run, 'scheduledAtMs') or '0'))
  local ends = starts + tonumber(redis.call('HGET', run, 'startWithinMs'))
  redis.call('HSET', run, 'state', '"approved"', 'expiresAtMs', string.format('%.0f', ends))
elseif outcome == 'denied' then
  redis.call('HSET', run, 'state', '"denied"', 'endedAtMs', string.format('%.0f', now), 'why', ARGV[10])
  redis.call('ZREM', KEYS[3], ARGV[11])
end
return done(outcome)
`;

const Outcome = z.enum(VOTE_OUTCOMES);

/** The only way to vote. */
export function createVotes(redis: Client, keys: Keys, audit: Audit): Votes {
  const cast = script(redis, CAST, 'durable');
  return {
    async cast(run, vote, facts) {
      const plain = vote.verdict === 'deny' ? 'denied' : 'counted';
      const alternatives = [plain, 'approved'].map((result) => ({ ...facts, result }));
      const names = [keys.run(run), keys.audit, keys.openRuns];
      const [outcome] = await audit.commit(alternatives, ([first, second]) =>
        cast(names, [JSON.stringify(vote), ...(first ?? []), ...(second ?? []), JSON.stringify(vote.reason ?? ''), run]),
      );
      return Outcome.parse(outcome);
    },
  };
}
