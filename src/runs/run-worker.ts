import { type Job, WaitingError, Worker } from 'bullmq';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import { Interrupted } from './attempt-errors.ts';
import type { Reins } from './attempt-needs.ts';
import { openQueueConnection } from './queue-connection.ts';
import { QUEUE_NAME, type QueuePlace, queuePrefix } from './run-queue.ts';

export interface RunWorkerNeeds extends QueuePlace {
  readonly continueRun: (run: string, reins: Reins) => Promise<void>;
  /** Runs at once in this process. */
  readonly concurrency?: number;
  readonly clock: Clock;
}

export interface RunWorker {
  start(): void;
  /**
   * Takes no more runs; the ones in hand stop before their next effect and go on elsewhere. An act in flight is waited for; Redis,
   * where it is away, for 2 s.
   */
  stop(): Promise<void>;
}

/** A killed worker's run is continued elsewhere after about `lock` + `stalled check` milliseconds (measured: `npm run bench -- engine`). */
const LOCK_MS = 3500;
const STALLED_CHECK_MS = 1000;
/** A run may lose any number of workers: its journal, not this counter, decides (BullMQ's default of 1 fails a job for good). */
const NEVER_GIVE_UP = 1_000_000;

const GOODBYE_MS = 2000;
/** Longer than BullMQ lets Redis hold back an answer (10 s): after this the connection is dead and is made anew. */
const SILENT_MS = 20_000;

const JobData = z.object({ run: z.string() });

/** Takes runs from the queue and continues them; a lost job lock aborts the attempt, which BullMQ does not do by itself. */
export function createRunWorker(needs: RunWorkerNeeds): RunWorker {
  const { connection, prefix, log, continueRun, clock, concurrency = 20 } = needs;
  let draining = false;
  const hands = createHands();
  const never = new AbortController().signal;

  const process = async (job: Job, token?: string, signal: AbortSignal = never) => {
    const { run } = JobData.parse(job.data);
    try {
      await hands.hold(continueRun(run, { signal, draining: () => draining }));
    } catch (error) {
      log.warn('a run goes on later', { run, why: asError(error).message });
      if (!(error instanceof Interrupted) || signal.aborted) throw error;
      await job.moveToWait(token);
      throw new WaitingError();
    }
  };

  const opened = openQueueConnection(connection, { maxRetriesPerRequest: null, socketTimeout: SILENT_MS });
  const worker = new Worker(QUEUE_NAME, process, {
    connection: opened.connection,
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
  worker.on(
    'error',
    changed((why) => log.warn('the worker has trouble', { why })),
  );
  worker.on('stalled', (run) => log.warn('a run lost its worker and goes on', { run }));

  return {
    start() {
      worker.run().catch((error: unknown) => log.error('the worker stopped', { error: asError(error).message }));
    },
    async stop() {
      draining = true;
      // BullMQ's own end waits for a Redis that is away for as long as it is.
      const bounded = hands.empty().then(() => clock.sleep(GOODBYE_MS));
      await Promise.race([worker.close(), bounded]);
      opened.close();
    },
  };
}

/** What is being done now. */
function createHands() {
  const held = new Set<Promise<void>>();
  return {
    async hold(work: Promise<void>): Promise<void> {
      held.add(work);
      try {
        await work;
      } finally {
        held.delete(work);
      }
    },
    empty: () => Promise.allSettled(held),
  };
}

/** Tells an error's words when they are not those of the last one: an outage repeats one for as long as it lasts. */
function changed(tell: (why: string) => void): (error: Error) => void {
  let last = '';
  return ({ message }) => {
    if (message !== last) tell(message);
    last = message;
  };
}
