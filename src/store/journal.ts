import { z } from 'zod';
import type { AuditFacts } from '../core/audit-facts.ts';
import type { Journal, JournalEntry } from '../core/run.ts';
import { AUDIT_LUA, type Audit } from './audit.ts';
import type { Client } from './client.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';
import { journalRecord } from './migrations/journal-entry.ts';
import { readJsonRecord } from './migrations/record-kind.ts';
import { script } from './script.ts';
import { cannotRead } from './unreadable.ts';

/** A mark of one step by one attempt. */
export interface Mark {
  readonly run: string;
  /** The attempt that writes; with an older one than the run's, or when the run is not running, nothing is written. */
  readonly epoch: number;
  readonly step: string;
  readonly entry: JournalEntry;
  readonly audit?: AuditFacts;
}

export interface JournalStore {
  /** @throws Refusal when one of its marks can't be read by this release: nobody may go on from half a journal. */
  read(run: string): Promise<Journal>;
  /** `fenced`: another attempt has taken over, or the run has ended; the writer must stop at once. */
  write(mark: Mark): Promise<'written' | 'fenced'>;
}

const WRITE = `${AUDIT_LUA}
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[5] then return {'fenced'} end
local state = redis.call('HGET', KEYS[1], 'state')
if state ~= '"running"' and state ~= '"cancelling"' then return {'fenced'} end
if ARGV[4] ~= '' then
  local moved = chained(KEYS[2], ARGV[1], ARGV[2])
  if moved then return moved end
  append(KEYS[2], ARGV[1], ARGV[3], ARGV[4])
end
redis.call('HSET', KEYS[3], ARGV[6], ARGV[7])
return done('written')
`;

const Written = z.enum(['written', 'fenced']);

/** What became of the steps of a run; fenced by the run's epoch. */
export function createJournal(redis: Client, keys: Keys, audit: Audit): JournalStore {
  const write = script(redis, WRITE, 'durable');
  return {
    async read(run) {
      const hash = await reach(redis.hgetall(keys.journal(run)));
      return Object.fromEntries(Object.entries(hash).map(([step, text]) => [step, readEntry(run, text)]));
    },
    async write({ run, epoch, step, entry, audit: facts }) {
      const names = [keys.run(run), keys.audit, keys.journal(run)];
      const args = [String(epoch), step, JSON.stringify({ ...entry, version: journalRecord.version })];
      const [reply] = facts
        ? await audit.commit([facts], ([chain]) => write(names, [...(chain ?? []), ...args]))
        : z.array(z.string()).parse(await write(names, ['', '', '', '', ...args]));
      return Written.parse(reply);
    },
  };
}

function readEntry(run: string, text: string): JournalEntry {
  const read = readJsonRecord(journalRecord, text);
  if ('unreadable' in read) throw cannotRead('journal of the run', { id: run, kind: read.unreadable, says: read.says });
  const { version: _, ...entry } = read.record;
  return entry;
}
