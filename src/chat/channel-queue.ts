/** Tasks of one key one after another, in the order in which they came; different keys side by side. */
export interface ChannelQueue {
  add<T>(key: string, task: () => Promise<T>): Promise<T>;
  /** Tasks that wait or run. */
  depth(): number;
  /** Resolves when every task that is there now has ended, well or not. */
  idle(): Promise<void>;
}

/** A queue whose keys are forgotten when they are empty. */
export function createChannelQueue(): ChannelQueue {
  const tails = new Map<string, Promise<unknown>>();
  let waiting = 0;
  return {
    add(key, task) {
      waiting += 1;
      const result = (tails.get(key) ?? Promise.resolve()).then(task, task);
      const tail = result
        .catch(() => undefined)
        .finally(() => {
          waiting -= 1;
          if (tails.get(key) === tail) tails.delete(key);
        });
      tails.set(key, tail);
      return result;
    },
    depth: () => waiting,
    idle: async () => {
      await Promise.all(tails.values());
    },
  };
}
