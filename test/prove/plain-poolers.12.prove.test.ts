import { afterAll, beforeAll, expect, it } from 'vitest';
import { ledger } from '../../lab/inventory.ts';
import { pooledClients } from '../../lab/pooled-clients.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { ledgerHealthy, ledgerPrimary, ledgerRun } from '../support/ledger-run.ts';
import { useScene } from '../support/scene.ts';
import { withLedgerProxies } from '../support/with-ledger-proxies.ts';

const scene = useScene({ ledger: true, change: await withLedgerProxies({ poolers: true }) });

beforeAll(() => scene.lab.streamingPair());
afterAll(() => scene.lab.streamingPair());

it('a switchover of a plain streaming cluster behind PgBouncer fails no query of its clients', async () => {
  const clients = pooledClients(scene.lab.secrets.passwords.probe, ledger.name);
  const more = async (count: number, from: number) =>
    clients.written() > from + count ? [] : [`${clients.written()} writes, ${clients.errors[0] ?? 'no error'}`];
  await waitFor('clients', () => more(20, 0), { timeoutMs: 10_000 });
  try {
    const run = await ledgerRun(scene, 'without errors');
    expect(await run.end()).toMatch(/Succeeded/);
    expect(await ledgerPrimary()).toBe(run.to);
    const before = clients.written();
    await waitFor('writes after it', () => more(20, before), { timeoutMs: 10_000 });
    await ledgerHealthy();
  } finally {
    await clients.stop();
  }
  console.log(`the longest query took ${clients.longestMs()} ms`);
  expect(clients.errors).toEqual([]);
  expect(clients.longestMs()).toBeLessThan(30_000);
});
