import { setImmediate as tick } from 'node:timers/promises';
import type { Clock } from '../../src/core/clock.ts';

export interface VirtualClock extends Clock {
  /** Lets time pass, from sleeper to sleeper, until the work is done. The work must wait for nothing but this clock. */
  drive<T>(work: Promise<T>): Promise<T>;
}

/** A clock that stands still while anything is awake. */
export function virtualClock(startMs = 1_800_000_000_000): VirtualClock {
  let now = startMs;
  let sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (millis, signal) =>
      new Promise((resolve, reject) => {
        const abort = () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal?.reason);
        };
        const wake = () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        };
        const sleeper = { at: now + millis, wake };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', abort);
      }),
    every: () => () => undefined,
    async drive(work) {
      let over = false;
      const done = () => {
        over = true;
      };
      work.then(done, done);
      for (let idle = 0; !over && idle < 1000; idle += 1) {
        for (let i = 0; i < 4; i += 1) await tick();
        if (!over && wakeNext()) idle = 0;
      }
      if (!over) throw new Error('nothing sleeps and nothing ends');
      return work;
    },
  };

  function wakeNext(): boolean {
    const next = sleepers.sort((a, b) => a.at - b.at).shift();
    if (!next) return false;
    now = Math.max(now, next.at);
    next.wake();
    return true;
  }
}
