import pg from 'pg';
import type { Clock } from '../core/clock.ts';
import { within } from '../core/within.ts';
import { connectionWasLost } from './postgres-clause.ts';
import { type PostgresLogin, postgresLogin } from './postgres-login.ts';

export interface MemberPool {
  /** The `answer` column of the only row. Rejects with pg's error, or 'unreachable' when the deadline passed. */
  ask(query: Query): Promise<unknown>;
  /** The same on a connection of its own, made now and closed then: what a kept session does not know, or knows otherwise. */
  askAfresh(query: Query): Promise<unknown>;
  close(): Promise<void>;
}

/** Two connections: one question must not wait for another. */
const CONNECTIONS = 2;

/**
 * Kept, read-only connections to one PostgreSQL. `timeoutMs` bounds a whole answer: connecting, asking, and asking again on a new
 * connection where a kept one turns out to be dead, which shows as a cut or, when its host vanished without a word, as silence (half of
 * the time is given to a kept connection for that).
 */
export function createMemberPool(
  login: PostgresLogin,
  options: { readonly timeoutMs: number; readonly clock: Clock },
): MemberPool {
  const { timeoutMs, clock } = options;
  const pool = createPool(login, timeoutMs);
  const used = new WeakSet<pg.PoolClient>();

  async function askOnce(query: Query): Promise<unknown> {
    const client = await pool.connect();
    const wasUsed = used.has(client);
    used.add(client);
    try {
      return await askClient(client, (asked) =>
        within(clock, wasUsed ? timeoutMs / 2 : timeoutMs, asked.query<Row>({ ...query, values: [...(query.values ?? [])] })),
      );
    } catch (error) {
      throw wasUsed && connectionWasLost(error) ? new StaleConnection('stale', { cause: error }) : error;
    }
  }

  /** Each stale connection leaves the pool, so a fresh one comes after as many attempts as there are. */
  async function askUntilFresh(query: Query): Promise<unknown> {
    for (let attempt = 0; attempt < CONNECTIONS; attempt += 1) {
      try {
        return await askOnce(query);
      } catch (error) {
        if (!(error instanceof StaleConnection)) throw error;
      }
    }
    return askOnce(query);
  }

  return {
    ask: (query) => within(clock, timeoutMs, askUntilFresh(query)),
    askAfresh: (query) => within(clock, timeoutMs, askNew(login, timeoutMs, query)),
    close: () => pool.end(),
  };
}

interface Query {
  readonly name: string;
  readonly text: string;
  /** What stands for $1 and so on in the constant text. */
  readonly values?: readonly (string | number | readonly string[])[];
}
interface Row {
  readonly answer: unknown;
}
class StaleConnection extends Error {}

async function askNew(login: PostgresLogin, timeoutMs: number, query: Query): Promise<unknown> {
  const client = new pg.Client(sessionOf(login, timeoutMs));
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Row>(query)).rows[0]?.answer;
  } finally {
    await client.end();
  }
}

function sessionOf(login: PostgresLogin, timeoutMs: number): pg.ClientConfig {
  return {
    ...postgresLogin(login),
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    application_name: 'trunkline',
    options: '-c default_transaction_read_only=on -c lock_timeout=500 -c jit=off',
  };
}

function createPool(login: PostgresLogin, timeoutMs: number): pg.Pool {
  const pool = new pg.Pool({
    ...sessionOf(login, timeoutMs),
    max: CONNECTIONS,
    idleTimeoutMillis: 0,
    allowExitOnIdle: true,
  });
  // An idle connection that dies is taken out of the pool by `pg`; without a listener the event would end the process.
  pool.on('error', () => undefined);
  return pool;
}

/** Asks on a lent connection and gives it back, or away when anything went wrong on it. */
async function askClient(client: pg.PoolClient, ask: (client: pg.PoolClient) => Promise<pg.QueryResult<Row>>): Promise<unknown> {
  // While lent, a connection that is cut tells its client, not the pool.
  const ignore = () => undefined;
  client.on('error', ignore);
  let failed = true;
  try {
    const result = await ask(client);
    failed = false;
    return result.rows[0]?.answer;
  } finally {
    if (!failed) client.off('error', ignore);
    client.release(failed);
  }
}
