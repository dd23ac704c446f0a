import { canBeEnded, createActs } from '../acts/all.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import type { Ledger } from '../core/command.ts';
import { asError } from '../core/errors.ts';
import type { Debt } from '../core/debt.ts';
import type { Log } from '../core/log.ts';
import type { Gate } from '../gate/gate.ts';
import type { Loaded } from '../load.ts';
import { createAttempts } from '../runs/attempt.ts';
import { createLedger } from '../runs/ledger.ts';
import { createDebtKeeper, type DebtKeeper } from '../runs/debt-keeper.ts';
import { createPropose, type Proposed } from '../runs/propose.ts';
import type { Request } from '../runs/needs.ts';
import { createRunQueue } from '../runs/run-queue.ts';
import { createRunWorker, type RunWorker } from '../runs/run-worker.ts';
import { createSweep } from '../runs/sweep.ts';
import { createStates } from '../states/all.ts';
import type { RedisConfig } from '../store/redis.ts';
import { redisOptions } from '../store/redis.ts';
import type { Store } from '../store/store.ts';
import type { Announcer } from './announcer.ts';
import type { Reads } from './build-reads.ts';
import { createHands } from './hands.ts';
import { createProbeObserver } from './probe-observer.ts';
import type { RedisGuard } from './redis-guard.ts';

interface Needs {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly redis: RedisConfig;
  /** No step is taken while Redis may forget it. */
  readonly guard: Pick<RedisGuard, 'mustBeGood' | 'says'>;
  readonly loaded: Loaded;
  readonly reads: Reads;
  readonly store: Store;
  readonly gate: Gate;
  readonly announce: Announcer;
  /** Tells of a debt that is still there although its run has ended. */
  readonly tellDebt: (debt: Debt, why: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The life of a change. */
export interface RunParts {
  readonly ledger: Ledger;
  propose(request: Request): Promise<Proposed>;
  sweep(): Promise<void>;
  /** The executing half, with the credentials that write; made in a worker alone. */
  openWorker(): RunWorker;
  close(): Promise<void>;
}

export function buildRuns(needs: Needs): RunParts {
  const { config, redis, loaded, store, gate, announce, clock, log } = needs;
  const { runs, journal, locks, votes, audit, debts } = store;
  const place = { connection: redisOptions(redis), prefix: config.redis.prefix, log };
  const queue = createRunQueue(place);
  const states = createStates();
  const find = (name: string) => {
    const runbook = loaded.runbooks.find((one) => one.name === name);
    return runbook && { runbook, digest: runbook.digest };
  };
  const common = { runs, journal, locks, votes, audit, debts, gate, queue, states, find, clock, log, announce, canBeEnded };
  return {
    ledger: createLedger(common),
    propose: createPropose(common),
    sweep: createSweep(common),
    openWorker() {
      const hands = createHands(needs.reads.clusters, needs);
      const observer = createProbeObserver(needs);
      const acting = { acts: createActs(hands), view: needs.reads.everything };
      const keeper = createDebtKeeper({ ...common, ...acting, tell: needs.tellDebt });
      const attempt = createAttempts({ ...common, ...acting, observer, releaseDebts: (run) => keeper.release(run) });
      let stopKeeping: () => void = () => undefined;
      const worker = createRunWorker({
        ...{ ...place, clock },
        async continueRun(run, reins) {
          needs.guard.mustBeGood();
          return attempt(run, reins);
        },
      });
      return {
        start() {
          worker.start();
          stopKeeping = clock.every(KEEP_MS, keep(needs.guard, keeper), (error) =>
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
    },
    close: () => queue.close(),
  };
}

const KEEP_MS = 5000;

function keep(guard: Needs['guard'], keeper: DebtKeeper): () => Promise<void> {
  return async () => {
    if (guard.says().ok) await keeper.sweep();
  };
}
