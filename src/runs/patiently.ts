import type { Clock } from '../core/clock.ts';
import { asError, TrunklineError, unreachable } from '../core/errors.ts';

const PATIENCE_MS = 15_000;
const PAUSE_MS = 250;

/**
 * Repeats a write to the store while the store does not answer, for at most 15 s: the write must be harmless when repeated.
 * @throws Unreachable when it stays away; at once the errors that are our own.
 */
export async function patiently<T>(clock: Clock, write: () => Promise<T>): Promise<T> {
  const until = clock.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (error instanceof TrunklineError && error.kind !== 'unreachable') throw error;
      if (clock.now() >= until)
        throw unreachable(`the store does not answer: ${asError(error).message}`, 'The run goes on when it does.', error);
      await clock.sleep(PAUSE_MS);
    }
  }
}
