import type { Clock } from './clock.ts';
import { unreachable } from './errors.ts';
import { formatDuration } from './units.ts';

/**
 * The task's result, if it comes within `millis`.
 * @throws TrunklineError 'unreachable' `no answer within 2 s`; the task goes on by itself and its late error is dropped.
 */
export async function within<T>(clock: Clock, millis: number, task: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = clock.sleep(millis, done.signal).then(() => {
    throw unreachable(`no answer within ${formatDuration(millis)}`, 'Look whether the host is up and reachable from here.');
  });
  task.catch(() => undefined);
  late.catch(() => undefined);
  try {
    return await Promise.race([task, late]);
  } finally {
    done.abort();
  }
}
