import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { psql } from '../../lab/health.ts';
import { dataDirectory, ports, postgresUnit } from '../../lab/inventory.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { onHost } from '../support/bare-host.ts';
import { stepBegun } from '../support/lab-run.ts';
import { ledgerPrimary, primariesNow, rowsOf, writeRow } from '../support/ledger-run.ts';
import {
  approvedByTwo,
  askedFailover,
  FAILOVER,
  giveUpSoon,
  killPostgres,
  POWERED_OFF,
  routedTo,
  servedBy,
} from '../support/plain-failover.ts';
import { ask, debian, ended, useScene } from '../support/scene.ts';
import { withLedgerProxies } from '../support/with-ledger-proxies.ts';

const scene = useScene({ ledger: true, change: await withLedgerProxies() });
const unit = () => postgresUnit(scene.lab.generation);

beforeEach(async () => {
  await scene.lab.streamingPair();
  await giveUpSoon();
  await writeRow('sa1', 1);
});
afterAll(() => scene.lab.streamingPair());

async function failedOver(asked: string): Promise<string> {
  const plan = await askedFailover(scene, asked);
  await approvedByTwo(scene, plan);
  return (await ended(scene, plan)).shown;
}

describe(`a failover of a plain streaming cluster on Debian ${debian}`, () => {
  it('is refused while a standby receives from a primary that nobody else reaches', async () => {
    const chain = 'add table inet wall; add chain inet wall in { type filter hook input priority 0; };';
    await onHost(scene.lab, 'sa1', `nft '${chain} add rule inet wall in tcp dport { 22, ${ports.postgres} } ct state new drop'`);
    try {
      // What the bot has open must not answer either.
      await onHost(scene.lab, 'sa1', "nft 'add rule inet wall in ip saddr 10.77.0.1 drop'");
      const { shown, buttons } = await ask(scene, 'olga', POWERED_OFF);
      expect(shown).toMatch(/WAL receivers are still connected on sa2/);
      expect(shown).toContain('Refused');
      expect(buttons.map(({ text }) => text)).not.toContain('Approve');
    } finally {
      await onHost(scene.lab, 'sa1', 'nft delete table inet wall');
    }
    expect(await psql('sa1', 'select pg_is_in_recovery()')).toBe('f');
  });

  it('fences a primary whose server crashed, so that a boot brings no second one that clients could reach', async () => {
    const rows = await rowsOf('sa1');
    await killPostgres(scene);
    const shown = await failedOver(FAILOVER);
    expect(shown).toMatch(/Succeeded/);
    expect([await ledgerPrimary(), await rowsOf('sa2'), await routedTo()]).toEqual(['sa2', rows, ['sa2']]);
    await scene.lab.crash('sa1');
    await scene.lab.heal('sa1');
    await waitFor(
      'sa1 to have booted',
      async () => ((await onHost(scene.lab, 'sa1', 'systemctl is-system-running --wait')) ? [] : ['it']),
      {
        timeoutMs: 30_000,
      },
    );
    expect(await onHost(scene.lab, 'sa1', `systemctl start ${unit()}; systemctl is-active ${unit()}`)).toBe('inactive');
    expect([await primariesNow(), await routedTo()]).toEqual([['sa2'], ['sa2']]);
    const owed = async () => (/sa1/.test((await ask(scene, 'vera', 'debts ledger')).shown) ? ['that debt'] : []);
    await waitFor('the fence to be no debt any more', owed, { timeoutMs: 30_000, everyMs: 1000 });
  });

  it('tells loudly when a primary that was only said to be powered off comes back as one', async () => {
    await scene.lab.crash('sa1');
    expect(await failedOver(POWERED_OFF)).toMatch(/Succeeded/);
    await scene.lab.heal('sa1');
    const told = await scene.workspace.waitForMessage(
      (m) => m.place === 'db-ops' && /sa1 came back and takes writes beside sa2: two primaries/.test(m.shown),
      { withinMs: 45_000 },
    );
    expect(told.shown).toContain('/pg rebuild ledger sa1');
    expect((await ask(scene, 'vera', 'status ledger')).shown).toMatch(/sa1 and sa2|split|out of recovery/);
    // HAProxy has both for up, and gives no client to the one that came later, although it is listed first.
    const both = () =>
      waitFor('HAProxy to have both for up', async () => ((await routedTo().catch(() => [])).length === 2 ? [] : ['both']), {
        timeoutMs: 20_000,
        everyMs: 500,
      });
    await both();
    expect(await servedBy(scene.lab.secrets.passwords.probe)).toBe('sa2');
    for (const host of ['lb1', 'lb2'] as const) await onHost(scene.lab, host, 'systemctl restart haproxy');
    await both();
    await waitFor(
      'the VIP to be back, and nobody to be let in',
      async () => ((await servedBy(scene.lab.secrets.passwords.probe)) === 'nobody' ? [] : ['somebody is let in']),
      { timeoutMs: 10_000, everyMs: 500 },
    );
  });

  it('masks the unit of a primary whose disk is away, so that a boot with that disk starts no second one', async () => {
    const data = dataDirectory(scene.lab.generation);
    await killPostgres(scene);
    await onHost(scene.lab, 'sa1', `mount -t tmpfs none $(dirname ${data})`);
    expect((await ask(scene, 'olga', FAILOVER)).shown).toMatch(/no standby\.signal can be written/);
    expect(await failedOver(POWERED_OFF)).toMatch(/Succeeded/);
    await scene.lab.crash('sa1');
    await scene.lab.heal('sa1');
    await scene.workspace.waitForMessage(
      (m) =>
        m.place === 'db-ops' && /the host of sa1 is back, and a start of PostgreSQL there makes a second primary/.test(m.shown),
      { withinMs: 60_000 },
    );
    expect([await primariesNow(), await routedTo()]).toEqual([['sa2'], ['sa2']]);
  });

  it.each(['fence', 'promote', 'written'])(
    'goes on when its worker is killed in the step %s, and promotes once',
    async (step) => {
      const rows = await rowsOf('sa1');
      const timeline = Number(await psql('sa1', 'select timeline_id from pg_control_checkpoint()'));
      await killPostgres(scene);
      const plan = await askedFailover(scene, FAILOVER);
      const id = /\b(r[a-z0-9]{6,16})\b/.exec(plan.shown)?.[1] ?? 'no id';
      await approvedByTwo(scene, plan);
      await stepBegun(scene, { id, plan }, step);
      for (const worker of scene.stage.workers) worker.signal('SIGKILL');
      await scene.stage.startWorker();
      const { shown } = await ended(scene, plan);
      expect(shown).toMatch(/Succeeded/);
      expect([await ledgerPrimary(), await rowsOf('sa2')]).toEqual(['sa2', rows]);
      expect(Number(await psql('sa2', "select ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int"))).toBe(
        timeline + 1,
      );
    },
  );
});
