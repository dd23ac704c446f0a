import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { RunQueue } from './needs.ts';

/** Asks for a worker; when the queue can't be reached now, the sweep asks again, so that a stored decision is never lost. */
export async function addToQueue({ queue, log }: { readonly queue: RunQueue; readonly log: Log }, run: string): Promise<void> {
  try {
    await queue.add(run);
  } catch (error) {
    log.warn('a run is queued a little later', { run, error: asError(error).message });
  }
}
