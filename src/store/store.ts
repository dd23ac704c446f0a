import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Redact } from '../core/redact.ts';
import { type Audit, createAudit } from './audit.ts';
import type { Client } from './client.ts';
import { type Copies, createCopies } from './copies.ts';
import { createDebts, type Debts } from './debts.ts';
import { createFormatClaim } from './format.ts';
import { createJournal, type JournalStore } from './journal.ts';
import { keysOf } from './keys.ts';
import { createKnownPeople, type KnownPeople } from './known-people.ts';
import { createLocks, type Locks } from './locks.ts';
import { createMaintenance, type Maintenance } from './maintenance.ts';
import { createReviews, type Reviews } from './reviews.ts';
import { createOldRuns } from './old-runs.ts';
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
  /** Marks the store as written by this release. @throws Refusal when a later one has written to it. */
  claimFormat(): Promise<void>;
  /** Forgets runs that ended before a moment and left nothing open; resolves with how many. */
  forgetBefore(beforeMs: number): Promise<number>;
}

interface StoreNeeds {
  readonly prefix: string;
  readonly clock: Clock;
  /** Told of records that this release can't read. */
  readonly log?: Log;
  /** Takes secrets out of what people and hosts said, before it is sealed into the audit log for ever. */
  readonly redact?: Redact;
}

/** One store under one prefix; all parts share the one audit chain. */
export function createStore(redis: Client, { prefix, clock, log, redact }: StoreNeeds): Store {
  const keys = keysOf(prefix);
  const audit = createAudit(redis, keys, redact);
  const debts = createDebts(redis, keys, audit, log);
  const forget = createOldRuns(redis, keys);
  return {
    audit,
    runs: createRuns(redis, keys, { audit, clock, log }),
    votes: createVotes(redis, keys, audit),
    journal: createJournal(redis, keys, audit),
    locks: createLocks(redis, keys, audit),
    debts,
    seen: createSeen(redis, keys),
    totp: createTotpStore(redis, keys, audit),
    maintenance: createMaintenance(redis, keys, { audit, clock }),
    copies: createCopies(redis, keys),
    reviews: createReviews(redis, keys),
    wishes: createWishes(redis, keys),
    knownPeople: createKnownPeople(redis, keys),
    claimFormat: createFormatClaim(redis, keys),
    async forgetBefore(beforeMs) {
      const owing = new Set((await debts.list()).map(({ run }) => run));
      return forget(beforeMs, owing);
    },
  };
}
