import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { AuditFacts } from '../core/audit-facts.ts';
import { bug } from '../core/errors.ts';
import { type Journal, JournalEntry } from '../core/run.ts';
import { AUDIT_LUA, type Audit } from './audit.ts';
import type { Keys } from './keys.ts';
import { reach } from './reach.ts';
import { script } from './script.ts';

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
const Entries = z.record(z.string(), JournalEntry);

/** What became of the steps of a run; fenced by the run's epoch. */
export function createJournal(redis: Redis, keys: Keys, audit: Audit): JournalStore {
  const write = script(redis, WRITE);
  return {
    async read(run) {
      const hash = await reach(redis.hgetall(keys.journal(run)));
      const parsed = Entries.safeParse(Object.fromEntries(Object.entries(hash).map(([step, text]) => [step, JSON.parse(text)])));
      if (!parsed.success) throw bug(`the journal of the run ${run} cannot be read`, parsed.error);
      return parsed.data;
    },
    async write({ run, epoch, step, entry, audit: facts }) {
      const names = [keys.run(run), keys.audit, keys.journal(run)];
      const args = [String(epoch), step, JSON.stringify(entry)];
      const [reply] = facts
        ? await audit.commit([facts], ([chain]) => write(names, [...(chain ?? []), ...args]))
        : z.array(z.string()).parse(await write(names, ['', '', '', '', ...args]));
      return Written.parse(reply);
    },
  };
}
