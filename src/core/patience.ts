import type { Clock } from './clock.ts';

const SLICES = 3;

/**
 * Sleeps in slices: a process that was frozen (a stopped virtual machine, a debugger) wakes with its timers due and its answers
 * unread, and must not take them for missing. The frozen time counts as one slice at most.
 */
export async function patience(clock: Clock, millis: number, signal?: AbortSignal): Promise<void> {
  for (let slice = 0; slice < SLICES; slice += 1) await clock.sleep(millis / SLICES, signal);
}
