import type { Redis } from 'ioredis';
import type { Clock } from '../core/clock.ts';
import { type Audit, createAudit } from './audit.ts';
import { createDebts, type Debts } from './debts.ts';
import { createJournal, type JournalStore } from './journal.ts';
import { keysOf } from './keys.ts';
import { createLocks, type Locks } from './locks.ts';
import { createRuns, type Runs } from './runs.ts';
import { createSeen, type Seen } from './seen.ts';
import { createTotpStore, type TotpStore } from './totp.ts';
import { createVotes, type Votes } from './votes.ts';

/** What the life of a change keeps in Redis. */
export interface Store {
  readonly runs: Runs;
  readonly votes: Votes;
  readonly journal: JournalStore;
  readonly locks: Locks;
  readonly audit: Audit;
  readonly debts: Debts;
  readonly seen: Seen;
  readonly totp: TotpStore;
}

/** One store under one prefix; all parts share the one audit chain. */
export function createStore(redis: Redis, { prefix, clock }: { readonly prefix: string; readonly clock: Clock }): Store {
  const keys = keysOf(prefix);
  const audit = createAudit(redis, keys);
  return {
    audit,
    runs: createRuns(redis, keys, { audit, clock }),
    votes: createVotes(redis, keys, audit),
    journal: createJournal(redis, keys, audit),
    locks: createLocks(redis, keys, audit),
    debts: createDebts(redis, keys, audit),
    seen: createSeen(redis, keys),
    totp: createTotpStore(redis, keys, audit),
  };
}
