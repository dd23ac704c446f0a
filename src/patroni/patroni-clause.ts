import { networkClause } from '../core/network-clause.ts';

/** An answer that came but is of no use; its message is a clause to show. */
export class AnswerError extends Error {}

/** Why there is no answer, as a clause. Never quotes an error of the HTTP client, which holds the request with its password. */
export function patroniClause(error: unknown, deadline: string): string {
  if (error instanceof AnswerError) return error.message;
  if (error instanceof Error && (error.name === 'CanceledError' || error.name === 'TimeoutError'))
    return `no answer within ${deadline}`;
  if (error instanceof Error && /maxContentLength/.test(error.message))
    return 'answered more than 1 MiB: is this port really Patroni?';
  return networkClause(error) ?? 'no understandable answer';
}
