import type { Clock } from '../core/clock.ts';

/** Tasks of one key one after another, in the order in which they came; different keys side by side. */
export interface ChannelQueue {
  add<T>(key: string, task: () => Promise<T>): Promise<T>;
  /** Tasks that wait or run. */
  depth(): number;
  /** Since when (epoch milliseconds) the oldest of them is there. */
  oldest(): number | undefined;
  /** Resolves when every task that is there now has ended, well or not. */
  idle(): Promise<void>;
}

/** A queue whose keys are forgotten when they are empty. */
export function createChannelQueue(clock: Pick<Clock, 'now'>): ChannelQueue {
  const tails = new Map<string, Promise<unknown>>();
  const waiting = new Set<{ readonly sinceMs: number }>();
  return {
    add(key, task) {
      const entry = { sinceMs: clock.now() };
      waiting.add(entry);
      const result = (tails.get(key) ?? Promise.resolve()).then(task, task);
      const tail = result
        .catch(() => undefined)
        .finally(() => {
          waiting.delete(entry);
          if (tails.get(key) === tail) tails.delete(key);
        });
      tails.set(key, tail);
      return result;
    },
    depth: () => waiting.size,
    oldest() {
      const [first] = waiting;
      return first?.sinceMs;
    },
    idle: async () => {
      await Promise.all(tails.values());
    },
  };
}
