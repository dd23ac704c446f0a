import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Asker } from '../core/person.ts';
import type { Announce, AuditTrail, Gate, JournalStore, LockStore, RunQueue, RunStore, VoteStore } from './needs.ts';

/** One-time codes of authenticator apps. */
export interface Codes {
  /** Uses a code up. @throws Refusal for one that is missing, wrong or used, or after too many wrong ones. */
  prove(by: Asker, code: string | undefined): Promise<void>;
}

/** What voting on a run and withdrawing it need. */
export interface LedgerNeeds {
  readonly runs: RunStore;
  readonly votes: VoteStore;
  readonly journal: JournalStore;
  readonly locks: LockStore;
  readonly audit: AuditTrail;
  readonly gate: Pick<Gate, 'admit'>;
  readonly codes: Codes;
  readonly queue: RunQueue;
  /** True when what an act began can be ended while it goes on. */
  readonly canBeEnded: (act: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly announce: Announce;
}
