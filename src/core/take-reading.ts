import type { Clock } from './clock.ts';
import { reachedBy } from './reached-by.ts';
import type { NotRead, Reading } from './reading.ts';

/** Makes a Reading of a task: its value, or in `why` the clause that `told` makes of its error. Never rejects. */
export async function takeReading<T>(asked: {
  readonly source: string;
  readonly clock: Clock;
  take(): Promise<T>;
  told(error: unknown): string;
  /** How far the question came; by the error's code unless given. */
  reached?(error: unknown): NotRead['reached'];
}): Promise<Reading<T>> {
  const { source, clock, reached = reachedBy } = asked;
  try {
    const value = await asked.take();
    return { ok: true, value, source, atMs: clock.now() };
  } catch (error) {
    const how = reached(error);
    return { ok: false, why: asked.told(error), ...(how ? { reached: how } : {}), source, atMs: clock.now() };
  }
}
