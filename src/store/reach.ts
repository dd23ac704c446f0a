import { asError, unreachable } from '../core/errors.ts';
import { networkClause } from '../core/network-clause.ts';

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
    throw unreachable(`Redis does not answer: ${clauseOf(error)}`, hint, error);
  }
}

/** The words of ioredis speak of its options. */
function clauseOf(error: unknown): string {
  const { message } = asError(error);
  if (/max retries per request|Connection is closed|Stream isn't writeable/i.test(message)) return 'there is no connection';
  if (/Command timed out/i.test(message)) return 'no answer in time';
  return networkClause(error) ?? message;
}
