import type { Clock } from '../core/clock.ts';

/** Lets any number wait for the next time that something happens. */
export interface Waiting {
  /** Resolves at the next `wake`, or after `mostMs`. */
  next(mostMs: number): Promise<void>;
  wake(): void;
}

export function createWaiting(clock: Clock): Waiting {
  let waiting: (() => void)[] = [];
  return {
    next: (mostMs) => Promise.race([new Promise<void>((resolve) => waiting.push(resolve)), clock.sleep(mostMs)]),
    wake() {
      const woken = waiting;
      waiting = [];
      for (const resolve of woken) resolve();
    },
  };
}
