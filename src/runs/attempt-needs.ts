import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Journal, Run } from '../core/run.ts';
import type { View } from '../core/view.ts';
import type {
  Acts,
  Announce,
  BreakGlass,
  DebtStore,
  FindRunbook,
  Gate,
  JournalStore,
  LockStore,
  MaintenanceStore,
  Observer,
  RunStore,
  States,
} from './needs.ts';

/** What the worker's side of a run needs. */
export interface AttemptNeeds {
  readonly runs: RunStore;
  readonly journal: JournalStore;
  readonly locks: LockStore;
  readonly debts: DebtStore;
  /** Takes away what a run left behind, as far as it can, now that it has ended. */
  readonly releaseDebts: (run: string) => Promise<void>;
  /** Keeps the log of a run that came to its end or to a halt where people find it. Never rejects. */
  readonly keepLog: (run: Run, journal: Journal) => Promise<void>;
  readonly gate: Pick<Gate, 'lacks' | 'by' | 'closed' | 'policy' | 'reasonFlaw'>;
  readonly breakGlass: Pick<BreakGlass, 'lacks'>;
  readonly maintenance: Pick<MaintenanceStore, 'of'>;
  readonly acts: Acts;
  readonly states: States;
  readonly observer: Observer;
  readonly find: FindRunbook;
  /** Of everything; the worker is asked by nobody. */
  readonly view: View;
  readonly clock: Clock;
  readonly log: Log;
  readonly announce: Announce;
}

/** What the worker says to an attempt while it runs. */
export interface Reins {
  readonly signal: AbortSignal;
  readonly draining: () => boolean;
}
