import { TrunklineError } from '../core/errors.ts';
import { codeOf, networkClause } from '../core/network-clause.ts';
import { formatDuration } from '../core/units.ts';

/**
 * Why PostgreSQL gave no answer, as a clause (SQLSTATEs: PostgreSQL manual, appendix A). Quotes the server only where its text can hold
 * no secret.
 */
export function postgresClause(
  error: unknown,
  asked: { readonly user: string; readonly database: string; readonly timeoutMs: number },
): string {
  if (error instanceof TrunklineError) return error.message;
  const code = codeOf(error) ?? '';
  const text = error instanceof Error ? error.message : '';
  if (isTimeout(code, text)) return `no answer within ${formatDuration(asked.timeoutMs)}`;
  return serverClause(code, text, asked) ?? networkClause(error) ?? driverClause(text, asked.user) ?? strangeClause(code);
}

function serverClause(code: string, text: string, { user, database }: { user: string; database: string }): string | undefined {
  const told: Readonly<Record<string, string>> = {
    '28P01': `password refused for ${user}`,
    '28000': `pg_hba.conf does not let ${user} in from here`,
    '3D000': `there is no database ${database}`,
    '42501': `${user} may not read this: grant it pg_monitor`,
    '53300': 'it has no free connection',
    '57P01': 'it is shutting down',
    '57P02': 'it crashed and starts again',
    '57P03': `it is ${/starting up|shutting down|in recovery mode/.exec(text)?.[0] ?? 'not taking connections'}`,
    '25006': 'it is read-only',
  };
  return told[code];
}

function strangeClause(code: string): string {
  return code ? `refused with SQLSTATE ${code}` : 'no understandable answer';
}

function isTimeout(code: string, text: string): boolean {
  return (
    code === '57014' ||
    /timeout exceeded|Query read timeout|timeout expired|Connection terminated due to connection timeout/.test(text)
  );
}

function driverClause(text: string, user: string): string | undefined {
  if (/Connection terminated|Client has encountered a connection error|not queryable/.test(text)) return 'the connection was cut';
  if (/does not support SSL/.test(text)) return 'it does not offer TLS';
  if (/password must be a (non-empty )?string/.test(text)) return `it asks for a password and none is configured for ${user}`;
  return undefined;
}

/** Whether an error says that the connection is gone or mute, not that the query was bad: a new connection may do. */
export function connectionWasLost(error: unknown): boolean {
  if (error instanceof TrunklineError) return true;
  const code = codeOf(error) ?? '';
  if (['ECONNRESET', 'EPIPE', '57P01', '57P02', '08006', '08003'].includes(code)) return true;
  return error instanceof Error && /Connection terminated|connection error|not queryable/.test(error.message);
}
