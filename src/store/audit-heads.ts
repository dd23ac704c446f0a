import { z } from 'zod';
import { AuditEntry, type AuditHead } from '../core/audit-entry.ts';
import type { AuditFacts } from '../core/audit-facts.ts';
import { SignedHead } from '../core/signed-head.ts';
import { AUDIT_LUA, type Audit } from './audit.ts';
import type { Client } from './client.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';
import { script } from './script.ts';

/** The signed heads, beside the chain that holds them too, so that a chain which lost them shows. */
export interface AuditHeads {
  last(): Promise<SignedHead | undefined>;
  /** In order, at most 1,000 at once. */
  batches(): AsyncIterable<readonly SignedHead[]>;
  /**
   * Puts a signed head at the end of the chain and beside it, in one step. `undefined` when nothing but the last head came since it,
   * or when another process was faster.
   */
  add(facts: Omit<AuditFacts, 'head'>, sign: (head: AuditHead) => SignedHead): Promise<SignedHead | undefined>;
  /** The newest head, for the one who shall post it; `again` when somebody may have posted it already. */
  claimPost(): Promise<{ readonly head: SignedHead; readonly again: boolean } | undefined>;
  posted(head: SignedHead): Promise<void>;
}

const ADD = `${AUDIT_LUA}
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
local lastSeq = #last > 0 and string.match(last[1][1], '^%d+') or '0'
if lastSeq ~= ARGV[5] then return {'late'} end
local moved = chained(KEYS[1], ARGV[1], ARGV[2])
if moved then return moved end
if tonumber(ARGV[1]) == 0 or (lastSeq ~= '0' and tonumber(ARGV[1]) == tonumber(lastSeq) + 1) then return {'same'} end
append(KEYS[1], ARGV[1], ARGV[3], ARGV[4])
redis.call('XADD', KEYS[2], ARGV[1] .. '-0', 'head', ARGV[6])
return done('ok')
`;

/** One claim at a time; it ends by itself when its owner dies. */
const CLAIM = `
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if #last == 0 then return {} end
local seq = string.match(last[1][1], '^%d+')
if tonumber(redis.call('HGET', KEYS[2], 'posted') or '0') >= tonumber(seq) then return {} end
if not redis.call('SET', KEYS[3], seq, 'NX', 'PX', ARGV[1]) then return {} end
local tried = redis.call('HGET', KEYS[2], 'tried')
redis.call('HSET', KEYS[2], 'tried', seq)
return {last[1][2][2], tried == seq and 'again' or 'first'}
`;

const POSTED = `
if tonumber(redis.call('HGET', KEYS[1], 'posted') or '0') < tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 'posted', ARGV[1]) end
redis.call('DEL', KEYS[2])
return 1
`;

/** Longer than a post is tried. */
const CLAIM_MS = 120_000;
const BATCH = 1000;
const Row = z.tuple([z.string(), z.tuple([z.literal('head'), z.string()])]);
const Claimed = z.union([z.tuple([]), z.tuple([z.string(), z.enum(['again', 'first'])])]);

export function createAuditHeads(redis: Client, keys: Keys, audit: Audit): AuditHeads {
  const [addScript, claimScript, postedScript] = [script(redis, ADD), script(redis, CLAIM), script(redis, POSTED)];
  const last = async () => headsOf(await reach(redis.xrevrange(keys.auditHeads, '+', '-', 'COUNT', 1)))[0];
  return {
    last,
    async *batches() {
      for (let next = 0; ; ) {
        const batch = headsOf(await reach(redis.xrange(keys.auditHeads, `${next}-0`, '+', 'COUNT', BATCH)));
        if (batch.length > 0) yield batch;
        if (batch.length < BATCH) return;
        next = (batch.at(-1)?.seq ?? next) + 1;
      }
    },
    async add(facts, sign) {
      const lastSeq = String((await last())?.seq ?? 0);
      let made: SignedHead | undefined;
      const withHead = (head: AuditHead): AuditFacts => ({ ...facts, ...(head.seq > 0 ? { head: sign(head) } : {}) });
      const [reply] = await audit.commit([withHead], ([chain]) => {
        made = AuditEntry.parse(JSON.parse(chain?.[3] ?? '')).head;
        return addScript([keys.audit, keys.auditHeads], [...(chain ?? []), lastSeq, JSON.stringify(made ?? null)]);
      });
      return reply === 'ok' ? made : undefined;
    },
    async claimPost() {
      const reply = await claimScript([keys.auditHeads, keys.auditPosting, keys.auditClaim], [CLAIM_MS]);
      const [text, tried] = Claimed.parse(reply);
      return text === undefined ? undefined : { head: SignedHead.parse(JSON.parse(text)), again: tried === 'again' };
    },
    async posted({ seq }) {
      await postedScript([keys.auditPosting, keys.auditClaim], [seq]);
    },
  };
}

function headsOf(rows: unknown): readonly SignedHead[] {
  return z
    .array(Row)
    .parse(rows)
    .map(([, [, text]]) => SignedHead.parse(JSON.parse(text)));
}
