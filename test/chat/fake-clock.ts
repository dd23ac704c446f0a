import type { Clock } from '../../src/core/clock.ts';

/** Time that moves only when the test says so. */
export interface FakeClock extends Clock {
  /** Moves on by `millis`, waking sleepers at their time and letting what they wake run. */
  advance(millis: number): Promise<void>;
  /** Moves from sleeper to sleeper until the promise is settled; fails after an hour of fake time. */
  until<T>(task: Promise<T>): Promise<T>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export function createFakeClock(start = 1_700_000_000_000): FakeClock {
  let now = start;
  let sleepers: Sleeper[] = [];
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const next = (): Sleeper | undefined => sleepers.toSorted((a, b) => a.at - b.at)[0];
  const wakeNext = async (limit: number): Promise<boolean> => {
    const first = next();
    if (!first || first.at > limit) return false;
    sleepers = sleepers.filter((each) => each !== first);
    now = Math.max(now, first.at);
    first.wake();
    await settle();
    return true;
  };
  return {
    now: () => now,
    sleep: (millis, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = { at: now + millis, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter((each) => each !== sleeper);
          reject(signal.reason);
        });
      }),
    every: () => () => undefined,
    async advance(millis) {
      const limit = now + millis;
      await settle();
      while (await wakeNext(limit));
      now = limit;
    },
    async until(task) {
      let settled = false;
      const done = (): void => {
        settled = true;
      };
      task.then(done, done);
      const limit = now + 3_600_000;
      await settle();
      while (!settled && (await wakeNext(limit)));
      if (!settled) throw new Error('the task did not end within an hour of fake time');
      return task;
    },
  };
}
