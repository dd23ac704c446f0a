import type { Message } from '../../lab/slack/message.ts';
import { psql } from '../../lab/health.ts';
import { waitFor } from '../../lab/wait-for.ts';
import type { ledgerPrimary } from './ledger-run.ts';
import { ended, request, type Scene } from './scene.ts';

type Ledger = Awaited<ReturnType<typeof ledgerPrimary>>;

/** A table with a row that both have, before the two part. */
export async function beginBranch(old: Ledger, heir: Ledger): Promise<void> {
  await psql(
    old,
    "drop table if exists branch; create table branch (id int primary key, side text); insert into branch values (0, 'both')",
  );
  const behind = async () =>
    (await psql(heir, 'select count(*) from branch where id = 0').catch(() => '')) === '1' ? [] : ['the row'];
  await waitFor(`${heir} to have the row`, behind, { timeoutMs: 20_000 });
}

/** Rows that only the old primary has. */
export const lostRows = (old: Ledger): Promise<string> =>
  psql(old, "insert into branch select g, repeat('lost', 200) from generate_series(1, 2000) g");

/** Rows of the branch that survives, whose history is on disk then. */
export const keptRows = (heir: Ledger): Promise<string> =>
  psql(heir, "insert into branch select g, 'kept' from generate_series(5001, 5500) g; checkpoint");

/** The primary loses its network and goes on alone, its standby is promoted, and both take writes once it is back. */
export async function divergeLedger(scene: Scene, old: Ledger, heir: Ledger): Promise<void> {
  await beginBranch(old, heir);
  await scene.lab.cut(old);
  await lostRows(old);
  await psql(heir, 'select pg_promote(true, 60)');
  await keptRows(heir);
  await scene.lab.heal(old);
  const missing = async () =>
    (await psql(old, 'select pg_is_in_recovery()').catch(() => '')) === 'f' ? [] : ['a second primary'];
  await waitFor(`${old} to be a second primary`, missing, { timeoutMs: 30_000 });
}

/** Asks for the rebuild of a member of the plain cluster, approves it and waits for its end. */
export async function rebuildLedger(scene: Scene, node: Ledger): Promise<Message> {
  const plan = await request(scene, `rebuild ledger ${node} --discard ${node} --reason "it went on alone"`);
  await scene.workspace.as('adam').click(plan, 'Approve');
  return ended(scene, plan);
}
