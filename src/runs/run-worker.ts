import { type Job, WaitingError, Worker } from 'bullmq';
import { z } from 'zod';
import { asError } from '../core/errors.ts';
import { Interrupted } from './attempt-errors.ts';
import type { Reins } from './attempt-needs.ts';
import { QUEUE_NAME, type QueuePlace, queuePrefix } from './run-queue.ts';

export interface RunWorkerNeeds extends QueuePlace {
  readonly continueRun: (run: string, reins: Reins) => Promise<void>;
  /** Runs at once in this process. */
  readonly concurrency?: number;
}

export interface RunWorker {
  start(): void;
  /** Takes no more runs; the ones in hand stop before their next effect and go on elsewhere. An act in flight is waited for. */
  stop(): Promise<void>;
}

/** A killed worker's run is continued elsewhere after about `lock` + `stalled check` milliseconds (measured: 5.4 s). */
const LOCK_MS = 5000;
const STALLED_CHECK_MS = 2500;
/** A run may lose any number of workers: its journal, not this counter, decides (BullMQ's default of 1 fails a job for good). */
const NEVER_GIVE_UP = 1_000_000;

const JobData = z.object({ run: z.string() });

/** Takes runs from the queue and continues them; a lost job lock aborts the attempt, which BullMQ does not do by itself. */
export function createRunWorker({ connection, prefix, log, continueRun, concurrency = 20 }: RunWorkerNeeds): RunWorker {
  let draining = false;
  const never = new AbortController().signal;

  const process = async (job: Job, token?: string, signal: AbortSignal = never) => {
    const { run } = JobData.parse(job.data);
    try {
      await continueRun(run, { signal, draining: () => draining });
    } catch (error) {
      log.warn('a run goes on later', { run, why: asError(error).message });
      if (!(error instanceof Interrupted) || signal.aborted) throw error;
      await job.moveToWait(token);
      throw new WaitingError();
    }
  };

  const worker = new Worker(QUEUE_NAME, process, {
    connection: { ...connection, maxRetriesPerRequest: null },
    prefix: queuePrefix(prefix),
    autorun: false,
    concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    maxStalledCount: NEVER_GIVE_UP,
  });
  worker.on('lockRenewalFailed', (jobs) => {
    for (const id of jobs) worker.cancelJob(id, 'the lock of the job was lost');
  });
  worker.on('error', (error) => log.warn('the worker has trouble', { why: error.message }));
  worker.on('stalled', (run) => log.warn('a run lost its worker and goes on', { run }));

  return {
    start() {
      worker.run().catch((error: unknown) => log.error('the worker stopped', { error: asError(error).message }));
    },
    async stop() {
      draining = true;
      await worker.close();
    },
  };
}
