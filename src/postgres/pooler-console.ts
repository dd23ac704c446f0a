import pg from 'pg';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import type { PoolerState } from '../core/pooler.ts';
import { within } from '../core/within.ts';
import { type PostgresLogin, postgresLogin } from './postgres-login.ts';

/** The admin console of one PgBouncer (pgbouncer(1), Admin console); a connection for each question, which costs milliseconds there. */
export interface PoolerConsole {
  /** @throws pg's error, or 'unreachable' when the deadline passed. */
  read(): Promise<PoolerState>;
  /** RESUME of databases; one that is not paused is no error. @throws as `read`. */
  resume(databases: readonly string[]): Promise<void>;
}

const Databases = z.array(
  z.looseObject({ name: z.string(), pool_mode: z.string().nullable(), paused: z.coerce.number(), disabled: z.coerce.number() }),
);
const Users = z.array(z.looseObject({ name: z.string(), pool_mode: z.string().nullish() }));
const Settings = z.array(z.looseObject({ key: z.string(), value: z.string().nullable() }));
const Pools = z.array(z.looseObject({ database: z.string(), cl_active: z.coerce.number(), cl_waiting: z.coerce.number() }));

export function createPoolerConsole(
  login: Omit<PostgresLogin, 'database'>,
  { clock, timeoutMs = 2000 }: { readonly clock: Clock; readonly timeoutMs?: number },
): PoolerConsole {
  async function connected<T>(ask: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ ...postgresLogin({ ...login, database: 'pgbouncer' }), connectionTimeoutMillis: timeoutMs });
    // An end that comes after the answer is nobody's error.
    client.on('error', () => undefined);
    try {
      return await within(
        clock,
        timeoutMs,
        client.connect().then(() => ask(client)),
      );
    } finally {
      client.end().catch(() => undefined);
    }
  }

  return {
    read: () => connected(readState),
    resume: (databases) =>
      connected(async (client) => {
        for (const name of databases) await client.query(`RESUME "${name}"`).catch(unlessNotPaused);
      }),
  };
}

/** One question after the other: the console answers only simple queries. */
async function readState(client: pg.Client): Promise<PoolerState> {
  const rows = async (question: string): Promise<unknown> => (await client.query(question)).rows;
  const databases = Databases.parse(await rows('SHOW DATABASES'));
  const users = Users.parse(await rows('SHOW USERS'));
  const mode = Settings.parse(await rows('SHOW CONFIG')).find(({ key }) => key === 'pool_mode')?.value ?? 'session';
  const pools = Pools.parse(await rows('SHOW POOLS'));
  return {
    databases: databases
      .filter(({ name }) => name !== 'pgbouncer')
      .map(({ name, pool_mode: own, paused }) => ({ name, poolMode: own ?? mode, paused: paused !== 0 })),
    sessionUsers: users.filter(({ pool_mode: own }) => own === 'session').map(({ name }) => name),
    clients: pools
      .filter(({ database }) => database !== 'pgbouncer')
      .map(({ database, cl_active: active, cl_waiting: waiting }) => ({ database, active, waiting })),
  };
}

function unlessNotPaused(error: unknown): void {
  if (error instanceof Error && /not paused|no such database/i.test(error.message)) return;
  throw error;
}
