import { Queue } from 'bullmq';
import type { Log } from '../core/log.ts';
import { type QueueTarget, openQueueConnection } from './queue-connection.ts';

export interface QueuePlace {
  readonly connection: QueueTarget;
  /** The store's prefix. */
  readonly prefix: string;
  readonly log: Log;
}

export const QUEUE_NAME = 'runs';

/** BullMQ's keys beside ours, in the same slot of a Redis Cluster. */
export const queuePrefix = (prefix: string): string => `{${prefix}}:queue`;

/** A request that is not answered fails, and its connection is made anew: a host that vanished says nothing for minutes. */
const GIVE_UP = { maxRetriesPerRequest: 2, commandTimeout: 5000, socketTimeout: 5000 } as const;

/** The queue of runs to continue: a job is nothing but a run's id, and the same id twice is one job. */
export function createRunQueue({ connection, prefix, log }: QueuePlace) {
  const opened = openQueueConnection(connection, GIVE_UP);
  const queue = new Queue(QUEUE_NAME, { connection: opened.connection, prefix: queuePrefix(prefix) });
  let last = '';
  queue.on('error', (error) => {
    if (error.message !== last) log.warn('the queue lost redis', { why: error.message });
    last = error.message;
  });
  return {
    async add(run: string): Promise<void> {
      await queue.add('continue', { run }, { jobId: run, removeOnComplete: true, removeOnFail: true });
      last = '';
    },
    async close() {
      await queue.close();
      opened.close();
    },
  };
}
