import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { NotRead, Reading } from '../core/reading.ts';
import { within } from '../core/within.ts';

/** The longest that a part may take; the whole snapshot stays under 3 s, as its parts are read at once. */
export const PART_MS = 2500;

/** A reading that comes in time and never rejects, whatever the part does. */
export async function bounded<T>(
  clock: Clock,
  source: string,
  task: () => Promise<Reading<T>>,
  withinMs: number = PART_MS,
): Promise<Reading<T>> {
  return orElse(clock, task, (why) => notRead(clock, source, why), withinMs);
}

/** The part's value in time, or what `instead` makes of why not. Never rejects. */
export async function orElse<T>(
  clock: Clock,
  task: () => Promise<T>,
  instead: (why: string) => T,
  withinMs: number = PART_MS,
): Promise<T> {
  try {
    return await within(clock, withinMs, task());
  } catch (error) {
    return instead(asError(error).message);
  }
}

export function notRead(clock: Clock, source: string, why: string): NotRead {
  return { ok: false, why, source, atMs: clock.now() };
}
