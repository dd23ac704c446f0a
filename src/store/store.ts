import type { Redis } from 'ioredis';
import type { Clock } from '../core/clock.ts';
import { type Audit, createAudit } from './audit.ts';
import { type Copies, createCopies } from './copies.ts';
import { createDebts, type Debts } from './debts.ts';
import { createJournal, type JournalStore } from './journal.ts';
import { keysOf } from './keys.ts';
import { createKnownPeople, type KnownPeople } from './known-people.ts';
import { createLocks, type Locks } from './locks.ts';
import { createMaintenance, type Maintenance } from './maintenance.ts';
import { createReviews, type Reviews } from './reviews.ts';
import { createRuns, type Runs } from './runs.ts';
import { createSeen, type Seen } from './seen.ts';
import { createTotpStore, type TotpStore } from './totp.ts';
import { createVotes, type Votes } from './votes.ts';
import { createWishes, type Wishes } from './wishes.ts';

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
  readonly maintenance: Maintenance;
  readonly copies: Copies;
  readonly reviews: Reviews;
  readonly wishes: Wishes;
  readonly knownPeople: KnownPeople;
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
    maintenance: createMaintenance(redis, keys, { audit, clock }),
    copies: createCopies(redis, keys),
    reviews: createReviews(redis, keys),
    wishes: createWishes(redis, keys),
    knownPeople: createKnownPeople(redis, keys),
  };
}
