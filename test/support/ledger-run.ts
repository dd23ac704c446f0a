import { Redis } from 'ioredis';
import { psql } from '../../lab/health.ts';
import type { HostName } from '../../lab/inventory.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { ended, request, type Scene } from './scene.ts';

type Ledger = 'sa1' | 'sa2';

/** One switchover of the plain streaming cluster, watched from the inside. */
export interface LedgerRun {
  readonly from: Ledger;
  readonly to: Ledger;
  /** Waits until a step is begun; looked at every few milliseconds. */
  begun(step: string): Promise<void>;
  /** What its message says at its end. */
  end(): Promise<string>;
}

/** Asks for a switchover away from whoever leads, and approves it. */
export async function ledgerRun(scene: Scene, reason: string): Promise<LedgerRun> {
  const from = await ledgerPrimary();
  const plan = await request(scene, `switchover ledger --reason "${reason}"`);
  const id = /\b(r[a-z0-9]{6,16})\b/.exec(plan.shown)?.[1] ?? 'no id';
  await scene.workspace.as('adam').click(plan, 'Approve');
  return {
    from,
    to: from === 'sa1' ? 'sa2' : 'sa1',
    async begun(step) {
      const redis = new Redis({ host: '127.0.0.1', port: scene.stage.redis.port, maxRetriesPerRequest: null });
      const missing = async () => ((await redis.hexists(`{trunkline}:journal:${id}`, step)) === 1 ? [] : [step]);
      await waitFor(`run ${id} to begin ${step}`, missing, { timeoutMs: 120_000, everyMs: 3 }).finally(() => redis.disconnect());
    },
    end: async () => (await ended(scene, plan)).shown,
  };
}

/** The only member out of recovery. @throws Error when there is none or more than one. */
export async function ledgerPrimary(): Promise<Ledger> {
  const primaries = await primariesNow();
  const [first, second] = primaries;
  if (first === undefined || second !== undefined) throw new Error(`primaries of ledger: ${primaries.join(', ') || 'none'}`);
  return first;
}

export async function primariesNow(): Promise<readonly Ledger[]> {
  const names: readonly Ledger[] = ['sa1', 'sa2'];
  const leads = await Promise.all(names.map((name) => psql(name, 'select not pg_is_in_recovery()').catch(() => 'f')));
  return names.filter((_, index) => leads[index] === 't');
}

/** Waits until one leads and the other one streams from it. */
export async function ledgerHealthy(timeoutMs = 60_000): Promise<void> {
  await waitFor(
    'ledger to be a primary and its standby',
    async () => {
      const primary = await ledgerPrimary();
      const rows = await psql(primary, "select count(*) from pg_stat_replication where state = 'streaming'");
      return rows === '1' ? [] : [`a standby that streams from ${primary}`];
    },
    { timeoutMs },
  );
}

/** A row on the primary, acknowledged. */
export async function writeRow(primary: HostName, n: number): Promise<void> {
  await psql(
    primary,
    `create table if not exists kept (n int primary key); insert into kept values (${n}) on conflict do nothing`,
  );
}

export async function rowsOf(primary: HostName): Promise<number> {
  return Number(await psql(primary, 'select count(*) from kept'));
}
