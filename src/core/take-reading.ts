import type { Clock } from './clock.ts';
import type { Reading } from './reading.ts';

/** Makes a Reading of a task: its value, or in `why` the clause that `told` makes of its error. Never rejects. */
export async function takeReading<T>(asked: {
  readonly source: string;
  readonly clock: Clock;
  take(): Promise<T>;
  told(error: unknown): string;
}): Promise<Reading<T>> {
  const { source, clock } = asked;
  try {
    const value = await asked.take();
    return { ok: true, value, source, atMs: clock.now() };
  } catch (error) {
    return { ok: false, why: asked.told(error), source, atMs: clock.now() };
  }
}
