import pg from 'pg';
import { z } from 'zod';
import { type PostgresLogin, postgresLogin } from './postgres-login.ts';

/** Who took a write, as it said itself in the same statement. */
export const Writer = z.object({
  systemId: z.string(),
  server: z.string(),
  timeline: z.number(),
  /** Tells one server with two addresses from two servers. */
  postmasterStartedAtMs: z.number(),
});
export type Writer = z.output<typeof Writer>;

const WRITE = `
UPDATE public.probe SET seq = seq + 1, run = $1, at = clock_timestamp() WHERE id = 1
RETURNING (SELECT system_identifier::text FROM pg_control_system()) AS "systemId",
  coalesce(host(inet_server_addr()) || ':' || inet_server_port(), 'socket') AS server,
  ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int AS timeline,
  floor(extract(epoch FROM pg_postmaster_start_time()) * 1000)::float8 AS "postmasterStartedAtMs"`;

/** One connection that writes the probe's row; opened anew after anything that went wrong. */
export interface ProbeConnection {
  /** Rejects when the write was not confirmed in time; the connection is thrown away then. */
  write(run: string): Promise<Writer>;
  close(): void;
}

/** `timeoutMs` bounds connecting and each write. */
export function createProbeConnection(login: PostgresLogin, timeoutMs: number): ProbeConnection {
  let open: pg.Client | undefined;
  let giveUp: () => void = () => undefined;

  async function connected(): Promise<pg.Client> {
    if (open) return open;
    // What is ended while it connects never settles (pg's client.js calls nobody back then).
    const givenUp = new Promise<never>((_, reject) => {
      giveUp = () => reject(new Error('the connection was given up while it was made'));
    });
    givenUp.catch(() => undefined);
    const client = new pg.Client({
      ...postgresLogin(login),
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
      statement_timeout: timeoutMs,
      application_name: 'trunkline probe',
    });
    client.on('error', () => drop(client));
    open = client;
    await Promise.race([client.connect(), givenUp]);
    return client;
  }

  function drop(client: pg.Client | undefined): void {
    if (open === client) {
      open = undefined;
      giveUp();
    }
    // A connection whose host is gone ends when the kernel says so; nothing waits for that.
    client?.end().catch(() => undefined);
  }

  return {
    async write(run) {
      const client = await connected().catch((error: unknown) => {
        drop(open);
        throw error;
      });
      try {
        const { rows } = await client.query<Record<string, unknown>>({ name: 'trunkline-probe', text: WRITE, values: [run] });
        return Writer.parse(rows[0]);
      } catch (error) {
        drop(client);
        throw error;
      }
    },
    close: () => drop(open),
  };
}
