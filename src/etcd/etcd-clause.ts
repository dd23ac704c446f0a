import { asError } from '../core/errors.ts';
import { networkClause } from '../core/network-clause.ts';
import { DEADLINE_MS } from './transport.ts';

/** An error of etcd's client as a clause for people; gRPC's own words (`14 UNAVAILABLE: ... Resolution note:`) say less in more. */
export function etcdClause(error: unknown): string {
  const { message } = asError(error);
  if (/deadline/i.test(message)) return `no answer within ${DEADLINE_MS / 1000} s`;
  const code = /\bE[A-Z_]{5,}/.exec(message)?.[0];
  return networkClause(Object.assign(new Error(message), { code })) ?? message;
}
