import { setTimeout as delay } from 'node:timers/promises';

/** The only source of time in `src`, so that tests can hold it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `millis`, or rejects with the signal's reason when aborted. */
  sleep(millis: number, signal?: AbortSignal): Promise<void>;
  /** Calls `task` every `millis` until the returned function is called; a slow task is never run twice at once. */
  every(millis: number, task: () => Promise<void>, onError: (error: unknown) => void): () => void;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (millis, signal) => {
    await delay(millis, undefined, { ...(signal ? { signal } : {}) });
  },
  every(millis, task, onError) {
    let busy = false;
    const timer = setInterval(() => {
      if (busy) return;
      busy = true;
      task()
        .catch(onError)
        .finally(() => {
          busy = false;
        });
    }, millis);
    return () => clearInterval(timer);
  },
};
