import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';

/** How what was started is stopped, in the order of starting. */
export type Stops = (() => Promise<void> | void)[];

/** Stops the last first and empties the list; one that fails is logged and keeps nothing else open. Never rejects. */
export async function stopAll(stops: Stops, log: Log): Promise<void> {
  for (const stop of stops.splice(0).reverse()) {
    try {
      await stop();
    } catch (error) {
      log.error('a part did not stop well', { why: asError(error).message });
    }
  }
}
