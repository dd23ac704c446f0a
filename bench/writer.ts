import pg from 'pg';
import { cluster, ports } from '../lab/inventory.ts';
import { waitFor } from '../lab/wait-for.ts';

/** An independent client that writes through the VIP and HAProxy every 20 ms. */
export interface Writer {
  /** The largest gap between two good writes since the last call, and when it ended by performance.now(). */
  largestGap(): { readonly ms: number; readonly endedAt: number };
  stop(): Promise<void>;
}

/** Starts writing into a table of its own as the probe's role; connects again at once when a connection breaks. */
export async function startWriter(password: string): Promise<Writer> {
  let gap = { ms: 0, endedAt: 0 };
  let running = true;
  const options = {
    host: cluster.vip,
    port: ports.haproxyWrite,
    user: 'trunkline_probe',
    database: cluster.probeDatabase,
    password,
  };
  await prepared(options);
  let last = performance.now();
  const loop = async () => {
    let client: pg.Client | undefined;
    while (running) {
      const begun = performance.now();
      try {
        client ??= await connected(options);
        await client.query('update bench set n = n + 1');
        const now = performance.now();
        if (now - last > gap.ms) gap = { ms: now - last, endedAt: now };
        last = now;
      } catch {
        client?.end().catch(() => undefined);
        client = undefined;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 20 - (performance.now() - begun))));
    }
    await client?.end().catch(() => undefined);
  };
  const done = loop();
  return {
    largestGap() {
      const found = gap;
      gap = { ms: 0, endedAt: 0 };
      return found;
    },
    async stop() {
      running = false;
      await done;
    },
  };
}

async function connected(options: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client({ ...options, connectionTimeoutMillis: 1000, query_timeout: 2000 });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Patiently, as a machine that has just booted its hosts may be slow. */
async function prepared(options: pg.ClientConfig): Promise<void> {
  const missing = async () => {
    const client = await connected(options);
    try {
      await client.query('create table if not exists bench (n bigint not null)');
      await client.query('insert into bench select 0 where not exists (select from bench)');
    } finally {
      await client.end();
    }
    return [];
  };
  await waitFor('a table to write to', missing, { timeoutMs: 30_000 });
}
