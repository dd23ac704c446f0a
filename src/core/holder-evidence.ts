import type { SqlMember } from './cluster.ts';
import type { Reading } from './reading.ts';
import type { Server } from './server.ts';
import { holds, impossible, notYet, type Verdict } from './verdict.ts';

/** The server itself said that it takes no writes (SQLSTATE 57P03, 57P02), in the words of `postgres/postgres-clause.ts`. */
const SAYS_SO = /^it (is (starting up|shutting down|in recovery mode|not taking connections)|crashed and starts again)$/;

/**
 * Whether a member that holds the leader key is proven to be no primary: by SQL, in recovery or refused, and then by its process and its
 * control file as well. Silence alone proves nothing: a primary that can't be asked may take writes.
 */
export function judgeNoPrimary(member: string, sql: Reading<SqlMember>, server: Reading<Server>): Verdict {
  if (sql.ok && !sql.value.inRecovery) return impossible(`${member} is a primary by SQL, on timeline ${sql.value.timeline}`);
  if (sql.ok) return holds(`${member} is in recovery by SQL, so it is no primary`);
  if (!server.ok) return notYet(`${member} answers neither by SQL (${sql.why}) nor by ssh (${server.why}): it may be a primary`);
  const { process, control } = server.value;
  const refused = `${member} refuses SQL (${sql.why})`;
  if (process !== 'running') return holds(`${refused}, and no PostgreSQL process runs there`);
  if (SAYS_SO.test(sql.why)) return holds(`${refused}: its server itself says that it takes no connections`);
  if (control && control.state !== 'in production') return holds(`${refused}, and its control file says '${control.state}'`);
  return notYet(
    `${refused}, but its process runs and its control file says '${control?.state ?? 'nothing'}': it may be a primary`,
  );
}
