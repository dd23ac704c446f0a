import type { PatroniMember, SqlMember } from './cluster.ts';
import { known, type Reading } from './reading.ts';
import type { Server } from './server.ts';
import { holds, impossible, notYet, type Verdict } from './verdict.ts';

/** The server itself said that it takes no writes (SQLSTATE 57P03, 57P02), in the words of `postgres/postgres-clause.ts`. */
const SAYS_SO = /^it (is (starting up|shutting down|in recovery mode|not taking connections)|crashed and starts again)$/;

/** What is known of a member that holds the leader key. */
export interface HolderEvidence {
  readonly member: string;
  readonly sql: Reading<SqlMember>;
  readonly patroni: Reading<PatroniMember>;
  readonly server: Reading<Server>;
  /** Of its cluster, by the DCS. */
  readonly systemId: string | undefined;
}

/**
 * Whether a member that holds the leader key is proven to be no primary: by SQL, in recovery or refused, and then by its process and its
 * control file as well. Silence alone proves nothing: a primary that can't be asked may take writes, and a data directory that is not
 * there may be a wrong path. Patroni says `running` only of a server that has just answered it by SQL (patroni/api.py,
 * get_postgresql_status).
 */
export function judgeNoPrimary({ member, sql, patroni, server, systemId }: HolderEvidence): Verdict {
  if (sql.ok && !sql.value.inRecovery) return impossible(`${member} is a primary by SQL, on timeline ${sql.value.timeline}`);
  if (sql.ok) return holds(`${member} is in recovery by SQL, so it is no primary`);
  const { role, state } = known(patroni) ?? {};
  if (role === 'primary' && state === 'running')
    return notYet(`${member} does not answer by SQL (${sql.why}), but its Patroni says that it runs as the primary`);
  if (!server.ok) return notYet(`${member} answers neither by SQL (${sql.why}) nor by ssh (${server.why}): it may be a primary`);
  return judgeServer(`${member} refuses SQL (${sql.why})`, sql.why, server.value, systemId);
}

function judgeServer(refused: string, why: string, { process, control }: Server, systemId: string | undefined): Verdict {
  if (process === 'no data directory')
    return notYet(`${refused}, and in its dataDirectory there is none, which may be a wrong path: it may be a primary`);
  if (control && systemId !== undefined && control.systemId !== systemId)
    return notYet(`${refused}, and its dataDirectory is of another system (${control.systemId}): it may be a primary`);
  if (process === 'stopped') return holds(`${refused}, and no PostgreSQL process runs there`);
  if (SAYS_SO.test(why)) return holds(`${refused}: its server itself says that it takes no connections`);
  if (control && control.state !== 'in production') return holds(`${refused}, and its control file says '${control.state}'`);
  return notYet(
    `${refused}, but its process runs and its control file says '${control?.state ?? 'nothing'}': it may be a primary`,
  );
}
