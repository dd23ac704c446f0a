import { z } from 'zod';
import { AuditEntry, type AuditHead, GENESIS, type SealedEntry, sealEntry } from '../core/audit-entry.ts';
import { AuditFacts } from '../core/audit-facts.ts';
import { unreachable } from '../core/errors.ts';
import type { Client } from './client.ts';
import type { Redact } from '../core/redact.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';
import { script } from './script.ts';

/** What a script needs to append: the head that it must find, and the entry; empty strings when there is nothing to append. */
export type ChainArgs = readonly [seq: string, hash: string, newHash: string, newText: string];
export type ScriptReply = readonly [string, ...unknown[]];

/** What to put at the end of the chain; a function for facts that name the end which they are put behind. */
export type Appendix = AuditFacts | ((head: AuditHead) => AuditFacts);

export interface Audit {
  append(facts: AuditFacts): Promise<void>;
  /**
   * Runs a script that begins with AUDIT_LUA, with each of the given facts sealed on the present head as alternatives. When the
   * head has moved meanwhile the script has changed nothing and is run again on the new one.
   */
  commit(alternatives: readonly Appendix[], run: (chain: readonly ChainArgs[]) => Promise<unknown>): Promise<ScriptReply>;
  /** Entries from one number to another, both included, in order. */
  read(from: number, to: number): Promise<readonly AuditEntry[]>;
  /** Entries as they are kept, in order, at most 1,000 at once, whatever is in them. */
  batches(from: number, to?: number): AsyncIterable<readonly SealedEntry[]>;
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
const BATCH = 1000;
const MOST_CHARACTERS = 2000;
const Reply = z.tuple([z.string()], z.unknown());
const WithHead = z.tuple([z.string(), z.coerce.number().int(), z.string()]);
const StreamRow = z.tuple([z.string(), z.tuple([z.literal('hash'), z.string(), z.literal('entry'), z.string()])]);

/** The audit log: a hash chain in a Redis stream whose ids are the entries' numbers. Nothing here edits or removes. */
export function createAudit(redis: Client, keys: Keys, redact: Redact = (text) => text): Audit {
  const appendScript = script(redis, APPEND);
  let head: AuditHead = GENESIS;
  let turn: Promise<unknown> = Promise.resolve();

  const commit: Audit['commit'] = (alternatives, run) => {
    const mine = turn.then(() => tryAll());
    turn = mine.catch(() => undefined);
    return mine;

    async function tryAll(): Promise<ScriptReply> {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const sealed = alternatives.map((one) => sealEntry(inBounds(typeof one === 'function' ? one(head) : one, redact), head));
        const reply = Reply.parse(await run(sealed.map((entry) => chainArgs(head, entry))));
        const named = WithHead.safeParse(reply);
        if (named.success) head = { seq: named.data[1], hash: named.data[2] };
        if (reply[0] !== 'moved') return reply;
      }
      throw unreachable('the audit log could not be written: too many writers at once', 'Nothing was changed. Try again.');
    }
  };

  const rows = async (from: number, to: number | '+', count: number) =>
    entriesOf(await reach(redis.xrange(keys.audit, `${from}-0`, to === '+' ? '+' : `${to}-0`, 'COUNT', count)));

  return {
    commit,
    async append(facts) {
      await commit([facts], ([chain]) => appendScript([keys.audit], chain ?? []));
    },
    async read(from, to) {
      return (await rows(from, to, to - from + 1)).map(({ text }) => AuditEntry.parse(JSON.parse(text)));
    },
    async *batches(from, to) {
      for (let next = from; ; ) {
        const batch = await rows(next, to ?? '+', BATCH);
        if (batch.length > 0) yield batch;
        if (batch.length < BATCH) return;
        next = (batch.at(-1)?.seq ?? next) + 1;
      }
    },
  };
}

/** Entries from rows of the stream. @throws ZodError for rows of another form. */
export function entriesOf(rows: unknown): readonly SealedEntry[] {
  return z
    .array(StreamRow)
    .parse(rows)
    .map(([id, [, hash, , text]]) => ({ seq: Number(id.split('-')[0]), hash, text }));
}

function chainArgs(head: AuditHead, entry: SealedEntry): ChainArgs {
  return [String(head.seq), head.hash, entry.hash, entry.text];
}

/** What people type ends up here; no line grows with it. */
function inBounds(facts: AuditFacts, redact: Redact): AuditFacts {
  const cut = Object.entries(facts).map(([key, value]) => [
    key,
    typeof value === 'string' ? cutOff(said(key, value, redact)) : value,
  ]);
  return AuditFacts.parse(Object.fromEntries(cut));
}

/** Words of people and hosts may hold a secret, and no line can be taken out of the chain again; ids and hashes stay as they are. */
function said(key: string, value: string, redact: Redact): string {
  return key === 'why' || key === 'result' || key === 'whoName' ? redact(value) : value;
}

function cutOff(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
