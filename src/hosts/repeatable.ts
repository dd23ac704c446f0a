import type { RunOptions } from './ssh-pool.ts';

/** For a command that does no harm twice. */
export function repeatable(signal: AbortSignal | undefined): RunOptions {
  return { mayRepeat: true, ...(signal ? { signal } : {}) };
}
