import type { Clock } from '../core/clock.ts';

/**
 * The newest answer to a question that is asked anew at most once in `everyMs`, in the background: whoever wants it never waits for it.
 * `undefined` until the first has come.
 */
export function lately<T>(clock: Pick<Clock, 'now'>, everyMs: number, ask: () => Promise<T>): () => T | undefined {
  let last: T | undefined;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let asking = false;
  return () => {
    if (!asking && clock.now() - askedAtMs >= everyMs) {
      asking = true;
      askedAtMs = clock.now();
      const taken = (answer: T) => {
        last = answer;
      };
      ask()
        .then(taken, () => undefined)
        .finally(() => {
          asking = false;
        });
    }
    return last;
  };
}
