import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { AuditFacts } from '../core/audit-facts.ts';
import { unreachable } from '../core/errors.ts';
import { AuditEntry, type AuditHead, GENESIS, hashOf, type SealedEntry, sealEntry } from './audit-entry.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';
import { script } from './script.ts';

/** What a script needs to append: the head that it must find, and the entry; empty strings when there is nothing to append. */
export type ChainArgs = readonly [seq: string, hash: string, newHash: string, newText: string];
export type ScriptReply = readonly [string, ...unknown[]];

export type AuditVerdict =
  | { readonly ok: true; readonly entries: number; readonly head: AuditHead }
  | { readonly ok: false; readonly seq: number; readonly why: string };

export interface Audit {
  append(facts: AuditFacts): Promise<void>;
  /**
   * Runs a script that begins with AUDIT_LUA, with each of the given facts sealed on the present head as alternatives. When the
   * head has moved meanwhile the script has changed nothing and is run again on the new one.
   */
  commit(alternatives: readonly AuditFacts[], run: (chain: readonly ChainArgs[]) => Promise<unknown>): Promise<ScriptReply>;
  /** Entries from one number to another, both included, in order. */
  read(from: number, to: number): Promise<readonly AuditEntry[]>;
  /** Finds an edited, missing or inserted entry; the first one must follow the one before `from`. */
  verify(from?: number, to?: number): Promise<AuditVerdict>;
}

/**
 * Defines `chained(key, seq, hash)`, which returns nil when the chain ends there and else a reply that names its end, and
 * `append(key, seq, hash, text)` and `done(word)`, the reply that names the new end. Redis has no sha256 in Lua, so entries are sealed by the caller on the head it knows.
 */
export const AUDIT_LUA = `
local function chained(key, seq, hash)
  local last = redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)
  local headSeq, headHash = '0', '${GENESIS.hash}'
  if #last > 0 then
    headSeq = string.match(last[1][1], '^%d+')
    headHash = last[1][2][2]
  end
  if headSeq == seq and headHash == hash then return nil end
  return {'moved', headSeq, headHash}
end
local tail
local function append(key, seq, hash, text)
  tail = {string.format('%d', tonumber(seq) + 1), hash}
  redis.call('XADD', key, tail[1] .. '-0', 'hash', hash, 'entry', text)
end
local function done(word)
  if tail then return {word, tail[1], tail[2]} end
  return {word}
end
`;

const APPEND = `${AUDIT_LUA}
local moved = chained(KEYS[1], ARGV[1], ARGV[2])
if moved then return moved end
append(KEYS[1], ARGV[1], ARGV[3], ARGV[4])
return done('ok')
`;

const MAX_TRIES = 500;
const Reply = z.tuple([z.string()], z.unknown());
const WithHead = z.tuple([z.string(), z.coerce.number().int(), z.string()]);
const StreamRow = z.tuple([z.string(), z.tuple([z.literal('hash'), z.string(), z.literal('entry'), z.string()])]);

/** The audit log: a hash chain in a Redis stream whose ids are the entries' numbers. Nothing here edits or removes. */
export function createAudit(redis: Redis, keys: Keys): Audit {
  const appendScript = script(redis, APPEND);
  let head: AuditHead = GENESIS;
  let turn: Promise<unknown> = Promise.resolve();

  const commit: Audit['commit'] = (alternatives, run) => {
    const mine = turn.then(() => tryAll());
    turn = mine.catch(() => undefined);
    return mine;

    async function tryAll(): Promise<ScriptReply> {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const sealed = alternatives.map((facts) => sealEntry(facts, head));
        const reply = Reply.parse(await run(sealed.map((entry) => chainArgs(head, entry))));
        const named = WithHead.safeParse(reply);
        if (named.success) head = { seq: named.data[1], hash: named.data[2] };
        if (reply[0] !== 'moved') return reply;
      }
      throw unreachable('the audit log could not be written: too many writers at once', 'Nothing was changed. Try again.');
    }
  };

  const rows = async (from: number, to: number | '+') =>
    z.array(StreamRow).parse(await reach(redis.xrange(keys.audit, `${from}-0`, to === '+' ? '+' : `${to}-0`)));

  return {
    commit,
    async append(facts) {
      await commit([facts], ([chain]) => appendScript([keys.audit], chain ?? []));
    },
    async read(from, to) {
      return (await rows(from, to)).map(([, [, , , text]]) => AuditEntry.parse(JSON.parse(text)));
    },
    async verify(from = 1, to) {
      return verifyRows(await rows(Math.max(1, from - 1), to ?? '+'), from);
    },
  };
}

function chainArgs(head: AuditHead, entry: SealedEntry): ChainArgs {
  return [String(head.seq), head.hash, entry.hash, entry.text];
}

function verifyRows(rows: readonly z.output<typeof StreamRow>[], from: number): AuditVerdict {
  let head = from === 1 ? GENESIS : undefined;
  let entries = 0;
  for (const row of rows) {
    const seq = Number(row[0].split('-')[0]);
    const wanted = head === undefined ? from - 1 : head.seq + 1;
    const why = faultOf(row, { seq, wanted, prev: head?.hash });
    if (why !== undefined) return { ok: false, seq: Math.min(seq, wanted), why };
    head = { seq, hash: row[1][1] };
    entries += seq >= from ? 1 : 0;
  }
  return { ok: true, entries, head: head ?? GENESIS };
}

interface Place {
  readonly seq: number;
  readonly wanted: number;
  readonly prev: string | undefined;
}

function faultOf([, [, hash, , text]]: z.output<typeof StreamRow>, { seq, wanted, prev }: Place): string | undefined {
  if (seq !== wanted) return `entry ${wanted} is missing; ${seq} follows`;
  if (hashOf(text) !== hash) return `entry ${seq} was edited: its text does not fit its hash`;
  const entry = AuditEntry.safeParse(JSON.parse(text));
  if (!entry.success || entry.data.seq !== seq) return `entry ${seq} is not an entry of this log`;
  if (prev !== undefined && entry.data.prev !== prev) return `entry ${seq} does not follow the one before it: one was replaced`;
  return undefined;
}
