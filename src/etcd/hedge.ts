import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';

/**
 * Starts the first attempt, and the next whenever `afterMs` passed without an answer or an attempt failed; the first good answer
 * wins. So a dead or frozen server costs `afterMs` and not its timeout.
 * @throws AggregateError with every attempt's error, in the order of `attempts`, when all failed.
 */
export function hedged<T>(attempts: readonly (() => Promise<T>)[], afterMs: number, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const errors: Error[] = [];
    const over = new AbortController();
    let begun = 0;
    let failed = 0;
    const settle = (act: () => void) => {
      over.abort();
      act();
    };
    const fail = (index: number, error: unknown) => {
      errors[index] = asError(error);
      failed += 1;
      if (failed === attempts.length) settle(() => reject(new AggregateError(errors, 'every attempt failed')));
      else next();
    };
    const next = () => {
      const index = begun;
      const attempt = attempts[index];
      if (!attempt || over.signal.aborted) return;
      begun += 1;
      attempt().then(
        (value) => settle(() => resolve(value)),
        (error: unknown) => fail(index, error),
      );
      clock.sleep(afterMs, over.signal).then(
        () => begun === index + 1 && next(),
        () => undefined,
      );
    };
    if (attempts.length === 0) reject(new AggregateError([], 'nothing to attempt'));
    else next();
  });
}
