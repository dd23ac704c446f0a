import { canBeEnded } from '../acts/all.ts';
import type { Gate } from '../gate/gate.ts';
import type { Totp } from '../gate/totp.ts';
import type { Loaded } from '../load.ts';
import { createLedger, type RunLedger } from '../runs/ledger.ts';
import { createPropose, type Proposed } from '../runs/propose.ts';
import type { Request } from '../runs/needs.ts';
import { createRunQueue } from '../runs/run-queue.ts';
import type { RunWorker } from '../runs/run-worker.ts';
import { createSweep } from '../runs/sweep.ts';
import { createStates } from '../states/all.ts';
import type { RedisConfig } from '../store/redis.ts';
import { redisOptions } from '../store/redis.ts';
import type { Store } from '../store/store.ts';
import type { Announcer } from './announcer.ts';
import type { AuditParts } from './build-audit.ts';
import { openWorker, type WorkerNeeds } from './open-worker.ts';

interface Needs extends WorkerNeeds {
  readonly redis: RedisConfig;
  readonly loaded: Loaded;
  readonly store: Store;
  /** Nothing is begun that can't be audited. */
  readonly audit: AuditParts;
  readonly gate: Gate;
  readonly totp: Totp;
  readonly announce: Announcer;
}

/** The life of a change. */
export interface RunParts {
  readonly ledger: RunLedger & Omit<Totp, 'prove'>;
  propose(request: Request): Promise<Proposed>;
  sweep(): Promise<void>;
  /** The executing half, with the credentials that write; made in a worker alone. */
  openWorker(): RunWorker;
  close(): Promise<void>;
}

export function buildRuns(needs: Needs): RunParts {
  const { config, redis, loaded, store, gate, totp, announce, clock, log } = needs;
  const { runs, locks, votes, debts } = store;
  const { journal, trail: audit, mustBeWritable } = needs.audit;
  const place = { connection: redisOptions(redis), prefix: config.redis.prefix, log };
  const queue = createRunQueue(place);
  const states = createStates();
  const find = (name: string) => {
    const runbook = loaded.runbooks.find((one) => one.name === name);
    return runbook && { runbook, digest: runbook.digest };
  };
  const shared = { gate, codes: totp, queue, states, find, clock, log, announce, canBeEnded };
  const common = { runs, journal, locks, votes, audit, debts, ...shared };
  const propose = createPropose(common);
  return {
    ledger: { ...totp, ...createLedger(common) },
    async propose(request) {
      await mustBeWritable();
      return propose(request);
    },
    sweep: createSweep(common),
    openWorker: () => openWorker(needs, common, place),
    close: () => queue.close(),
  };
}
