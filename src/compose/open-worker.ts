import { createActs } from '../acts/all.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { createAttempts } from '../runs/attempt.ts';
import type { AttemptNeeds } from '../runs/attempt-needs.ts';
import { createDebtKeeper, type DebtKeeperNeeds } from '../runs/debt-keeper.ts';
import type { QueuePlace } from '../runs/run-queue.ts';
import { createRunWorker, type RunWorker } from '../runs/run-worker.ts';
import type { AuditParts } from './build-audit.ts';
import type { Reads } from './build-reads.ts';
import { createHands } from './hands.ts';
import { createProbeObserver } from './probe-observer.ts';
import type { RedisGuard } from './redis-guard.ts';

export interface WorkerNeeds {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly reads: Reads;
  /** No step is taken while Redis may forget it. */
  readonly guard: Pick<RedisGuard, 'mustBeSafe' | 'isGood'>;
  /** No run is begun while the audit log can't be written. */
  readonly audit: Pick<AuditParts, 'mustBeWritable'>;
  /** Tells of a debt that is still there although its run has ended. */
  readonly tellDebt: DebtKeeperNeeds['tell'];
  /** Puts the log of a run that has ended into its thread. Never rejects. */
  readonly keepLog: AttemptNeeds['keepLog'];
  readonly clock: Clock;
  readonly log: Log;
}

/** What the asking half of runs has already. */
type Common = Pick<
  AttemptNeeds,
  | 'runs'
  | 'journal'
  | 'locks'
  | 'debts'
  | 'gate'
  | 'breakGlass'
  | 'maintenance'
  | 'states'
  | 'find'
  | 'clock'
  | 'log'
  | 'announce'
>;

const KEEP_MS = 5000;

/** The executing half of runs, with the credentials that write: continues runs and takes away what ended ones left behind. */
export function openWorker(needs: WorkerNeeds, common: Common, place: QueuePlace): RunWorker {
  const { clock, log, guard, keepLog } = needs;
  const hands = createHands(needs.reads.clusters, needs);
  const observer = createProbeObserver(needs);
  const acting = { ...common, acts: createActs(hands), view: { ...needs.reads.everything, lastWrite: observer.lastWrite } };
  const keeper = createDebtKeeper({ ...acting, tell: needs.tellDebt });
  const attempt = createAttempts({ ...acting, observer, keepLog, releaseDebts: (run) => keeper.release(run) });
  const worker = createRunWorker({
    ...{ ...place, clock },
    async continueRun(run, reins) {
      guard.mustBeSafe();
      // One that has begun goes on to see what became of it; its next step asks for itself.
      if ((await common.runs.get(run))?.state === 'queued') await needs.audit.mustBeWritable();
      return attempt(run, reins);
    },
  });
  const keep = async () => {
    if (guard.isGood()) await keeper.sweep();
  };
  let stopKeeping: () => void = () => undefined;
  return {
    start() {
      worker.start();
      stopKeeping = clock.every(KEEP_MS, keep, (error) =>
        log.warn('what runs left behind could not be looked through', { why: asError(error).message }),
      );
    },
    async stop() {
      stopKeeping();
      await worker.stop();
      await observer.stopAll();
      hands.close();
    },
  };
}
