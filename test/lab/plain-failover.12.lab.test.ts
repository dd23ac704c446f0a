import { afterAll, beforeAll, expect, it } from 'vitest';
import { psql } from '../../lab/health.ts';
import { ledgerPrimary, rowsOf, writeRow } from '../support/ledger-run.ts';
import { approvedByTwo, askedFailover, FAILOVER, giveUpSoon, POWERED_OFF, routedTo } from '../support/plain-failover.ts';
import { ask, ended, useScene } from '../support/scene.ts';
import { withLedgerProxies } from '../support/with-ledger-proxies.ts';

const scene = useScene({ ledger: true, change: await withLedgerProxies() });

beforeAll(giveUpSoon);
afterAll(() => scene.lab.heal('sa1'));

it('promotes the standby of a plain cluster whose primary was powered off, once two people know what is lost, and proves a write', async () => {
  await writeRow('sa1', 1);
  expect((await ask(scene, 'olga', 'failover ledger --reason test')).shown).toMatch(/typed once more/);
  expect((await ask(scene, 'olga', FAILOVER)).shown).toMatch(/sa1 of ledger is out of recovery, so there is a primary/);
  const rows = await rowsOf('sa1');
  const timeline = Number(await psql('sa1', 'select timeline_id from pg_control_checkpoint()'));
  await scene.lab.crash('sa1');
  const plan = await askedFailover(scene, POWERED_OFF);
  expect(plan.shown).toMatch(/[Aa]t least [\d.]+ (B|KiB|MiB) of WAL are lost/);
  expect(plan.shown).toMatch(/can lose data/);
  // The login that only reads sees what earlier runs claimed on the candidate.
  expect(plan.shown).not.toMatch(/could be read: not on .*sa2/);
  await approvedByTwo(scene, plan);
  const done = await ended(scene, plan);
  expect(done.shown).toMatch(/Succeeded/);
  expect(done.shown).toContain(`sa2 leads ledger on timeline ${timeline + 1}`);
  expect(done.shown).toContain('/pg rebuild ledger sa1');
  expect([await ledgerPrimary(), await rowsOf('sa2'), await routedTo()]).toEqual(['sa2', rows, ['sa2']]);
  expect((await ask(scene, 'vera', 'debts ledger')).shown).toMatch(/Sa1|sa1 was replaced without being fenced/);
});
