import pg from 'pg';
import { cluster, ports } from './inventory.ts';

export interface PooledClients {
  /** Writes that were answered, and the errors of those that were not, in order. */
  readonly written: () => number;
  readonly errors: readonly string[];
  /** The longest that one write took, in milliseconds. */
  readonly longestMs: () => number;
  /** When the last write was answered, epoch milliseconds. */
  readonly lastAtMs: () => number;
  stop(): Promise<void>;
}

const CLIENTS = 3;
const EVERY_MS = 10;

/** Clients that write through the VIP's PgBouncer without a pause, each a transaction that a standby refuses; `database` is one of PgBouncer's. */
export function pooledClients(password: string, database: string = cluster.probeDatabase): PooledClients {
  const errors: string[] = [];
  let written = 0;
  let longestMs = 0;
  let lastAtMs = 0;
  let going = true;
  const write = async (client: pg.Client) => {
    const begun = Date.now();
    await client.query('SELECT pg_current_xact_id()');
    lastAtMs = Date.now();
    longestMs = Math.max(longestMs, lastAtMs - begun);
    written += 1;
    await pause(EVERY_MS);
  };
  const session = async () => {
    const place = { host: cluster.vip, port: ports.pgbouncer, database };
    const client = new pg.Client({ ...place, user: 'trunkline_probe', password });
    client.on('error', (error) => errors.push(error.message));
    try {
      await client.connect();
      while (going) await write(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const one = async () => {
    while (going)
      await session().catch(async (error: unknown) => {
        errors.push(error instanceof Error ? error.message : String(error));
        await pause(100);
      });
  };
  const all = Promise.all(Array.from({ length: CLIENTS }, one));
  return {
    errors,
    written: () => written,
    longestMs: () => longestMs,
    lastAtMs: () => lastAtMs,
    async stop() {
      going = false;
      await all;
    },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
