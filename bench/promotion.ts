import pg from 'pg';
import { type HostName, hostsWithRole, ports } from '../lab/inventory.ts';

const EVERY_MS = 10;
const WITHIN_MS = 120_000;

/** When another member than `old` is first out of recovery by its own SQL, by performance.now(). @throws Error when none is in 2 min. */
export async function watchPromotion(old: HostName, password: string): Promise<number> {
  const others = hostsWithRole('member').filter(({ name }) => name !== old);
  return Promise.any(others.map(({ address }) => outOfRecovery(address, password)));
}

async function outOfRecovery(host: string, password: string): Promise<number> {
  const client = new pg.Client({ host, port: ports.postgres, user: 'trunkline', database: 'postgres', password });
  client.on('error', () => undefined);
  await client.connect();
  const begun = performance.now();
  try {
    while (performance.now() - begun < WITHIN_MS) {
      const { rows } = await client.query<{ recovering: boolean }>('SELECT pg_is_in_recovery() AS recovering');
      if (rows[0]?.recovering === false) return performance.now();
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
    throw new Error(`${host} was not promoted in time`);
  } finally {
    client.end().catch(() => undefined);
  }
}
