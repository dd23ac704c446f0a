import { asError, unreachable } from '../core/errors.ts';

/**
 * Passes an answer of Redis on; no answer becomes an Unreachable that says what goes on without it. What Redis itself answered
 * with, such as a refused command, stays as it is.
 */
export async function reach<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') throw error;
    const hint = 'Nothing is known to be changed. Reading clusters goes on; no change starts until Redis answers.';
    throw unreachable(`Redis does not answer: ${asError(error).message}`, hint, error);
  }
}
