import type { Clock } from '../core/clock.ts';

/** Tasks of one key one after another; different keys side by side. */
export interface ChannelQueue {
  /** In the order in which they came, but those that are `first` before the others that still wait. */
  add<T>(key: string, task: () => Promise<T>, first?: boolean): Promise<T>;
  /** Tasks that wait or run. */
  depth(): number;
  /** Since when (epoch milliseconds) the oldest of them is there. */
  oldest(): number | undefined;
  /** Resolves when every task that is there now has ended, well or not. */
  idle(): Promise<void>;
}

interface Line {
  readonly first: (() => Promise<unknown>)[];
  readonly later: (() => Promise<unknown>)[];
}

/** A queue whose keys are forgotten when they are empty. */
export function createChannelQueue(clock: Pick<Clock, 'now'>): ChannelQueue {
  const lines = new Map<string, Line>();
  const waiting = new Map<Promise<unknown>, number>();
  const work = async (key: string, line: Line) => {
    for (let next = takenFrom(line); next; next = takenFrom(line)) await next();
    lines.delete(key);
  };
  return {
    add<T>(key: string, task: () => Promise<T>, first = false) {
      const sinceMs = clock.now();
      const known = lines.get(key);
      const line = known ?? { first: [], later: [] };
      const result = new Promise<T>((resolve, reject) => {
        line[first ? 'first' : 'later'].push(() => Promise.resolve().then(task).then(resolve, reject));
      });
      const ended = result.then(
        () => undefined,
        () => undefined,
      );
      waiting.set(ended, sinceMs);
      void ended.then(() => waiting.delete(ended));
      lines.set(key, line);
      if (!known) void work(key, line);
      return result;
    },
    depth: () => waiting.size,
    oldest() {
      const [first] = waiting.values();
      return first;
    },
    idle: async () => {
      await Promise.all(waiting.keys());
    },
  };
}

function takenFrom({ first, later }: Line): (() => Promise<unknown>) | undefined {
  return first.shift() ?? later.shift();
}
