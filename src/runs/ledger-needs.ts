import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Asker } from '../core/person.ts';
import type { Run } from '../core/run.ts';
import type { View } from '../core/view.ts';
import type {
  Announce,
  AuditTrail,
  Gate,
  JournalStore,
  LockStore,
  MaintenanceStore,
  Request,
  ReviewIndex,
  RunQueue,
  RunStore,
  VoteStore,
} from './needs.ts';
import type { Proposed } from './propose.ts';

/** One-time codes of authenticator apps. */
export interface Codes {
  /** Uses a code up. @throws Refusal for one that is missing, wrong or used, or after too many wrong ones. */
  prove(by: Asker, code: string | undefined): Promise<void>;
}

/** What people do to requests, runs and clusters needs this. */
export interface LedgerNeeds {
  readonly runs: RunStore;
  readonly votes: VoteStore;
  readonly journal: JournalStore;
  readonly locks: LockStore;
  readonly audit: AuditTrail;
  readonly gate: Pick<Gate, 'admit' | 'lacks' | 'closed'>;
  readonly codes: Codes;
  readonly maintenance: MaintenanceStore;
  readonly reviews: Pick<ReviewIndex, 'remove'>;
  readonly propose: (request: Request) => Promise<Proposed>;
  /** True when this was said before within `ttlMs`; the first to say it gets false, in whichever process. */
  readonly seen: { seenBefore(what: string, ttlMs: number): Promise<boolean> };
  /** Scoped to what the person may see. */
  readonly viewOf: (asker: Asker) => Promise<View>;
  /** The address of a run's message, where it can be had. */
  readonly linkTo: (run: Run) => Promise<string | undefined>;
  readonly queue: RunQueue;
  /** True when what an act began can be ended while it goes on. */
  readonly canBeEnded: (act: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly announce: Announce;
}
