import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Announce, AuditTrail, Gate, JournalStore, LockStore, RunQueue, RunStore, VoteStore } from './needs.ts';

/** What voting on a run and withdrawing it need. */
export interface LedgerNeeds {
  readonly runs: RunStore;
  readonly votes: VoteStore;
  readonly journal: JournalStore;
  readonly locks: LockStore;
  readonly audit: AuditTrail;
  readonly gate: Pick<Gate, 'admit'>;
  readonly queue: RunQueue;
  /** True when what an act began can be ended while it goes on. */
  readonly canBeEnded: (act: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly announce: Announce;
}
