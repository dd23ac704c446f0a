import { afterAll, describe, expect, it } from 'vitest';
import { binDirectory, dataDirectory, type HostName, postgresUnit } from '../../lab/inventory.ts';
import { psql } from '../../lab/health.ts';
import { branchOf } from '../support/diverge.ts';
import { divergeLedger, rebuildLedger } from '../support/ledger-diverge.ts';
import { ask, debian, ended, request, threadOf, useScene } from '../support/scene.ts';

const scene = useScene({ ledger: true });

/** Other tests want a primary there; who needs the pair again makes it again. */
afterAll(async () => {
  const promote = [`${binDirectory(scene.lab.generation)}/pg_ctl`, 'promote', '-w', '-D', dataDirectory(scene.lab.generation)];
  await scene.lab.exec('sa1', ['/usr/sbin/runuser', '-u', 'postgres', '--', ...promote]);
});

describe(`a plain streaming cluster on Debian ${debian}`, () => {
  it('is read like any other, by SQL alone', async () => {
    expect((await ask(scene, 'vera', 'clusters')).shown).toContain('ledger: production, plain streaming, 2 members: sa1, sa2');
    const { shown } = await ask(scene, 'vera', 'status ledger');
    expect(shown).toMatch(/ledger: healthy, sa1 leads on timeline \d+/);
    expect(shown).toMatch(/sa2: replica, streaming/);
    expect(shown).not.toMatch(/Patroni|etcd|DCS|leader key/);
    expect((await ask(scene, 'vera', 'lag ledger')).shown).toMatch(/1 of 1 standbys stream/);
  });

  it('switches over without losing a row, and the old primary streams, starts at boot and keeps no slot', async () => {
    await psql('sa1', 'create table if not exists kept (n int); insert into kept values (1)');
    const before = Number(await psql('sa1', 'select timeline_id from pg_control_checkpoint()'));
    const plan = await request(scene, 'switchover ledger --reason "kernel update of sa1"');
    const checks = (await threadOf(scene, plan, 1)).map(({ shown }) => shown).join('\n');
    expect(checks).toContain('sa1 can log in to sa2 for replication');
    await psql('sa1', 'insert into kept values (2)');
    await scene.workspace.as('adam').click(plan, 'Approve');
    const done = await ended(scene, plan);
    expect(done.shown).toMatch(/Succeeded|Done/);
    expect(done.shown).toContain(`sa2 leads ledger on timeline ${before + 1}`);
    expect(await psql('sa2', 'select pg_is_in_recovery(), (select count(*) from kept)')).toBe('f|2');
    expect(
      await psql('sa1', "select pg_is_in_recovery(), status from pg_stat_wal_receiver where sender_host = '10.77.0.42'"),
    ).toBe('t|streaming');
    expect(await psql('sa1', 'select count(*) from pg_replication_slots')).toBe('0');
    expect(await unitOf('sa1')).toMatch(/UnitFileState=enabled/);
  });

  it('stops a second primary, rewinds it to the one that was promoted in its place, and loses none of its rows', async () => {
    await divergeLedger(scene, 'sa2', 'sa1');
    const dry = await ask(scene, 'olga', 'rebuild ledger sa2 --dry-run');
    expect(dry.shown).toContain('it was promoted in its place');
    expect(dry.shown).toMatch(/sa2 wrote at least .* of WAL/);
    expect((await ask(scene, 'olga', 'rebuild ledger sa1 --discard sa1')).shown).toContain('can not be told');
    const done = await rebuildLedger(scene, 'sa2');
    expect(done.shown).toMatch(/Succeeded/);
    expect(done.shown).toContain('sa2 streams from sa1');
    expect(await branchOf(scene, 'sa2')).toBe('both:1 kept:500');
    expect(await unitOf('sa2')).toMatch(/UnitFileState=enabled/);
  });
});

async function unitOf(name: HostName): Promise<string> {
  const unit = postgresUnit(scene.lab.generation);
  return (await scene.lab.exec(name, ['/usr/bin/systemctl', 'show', '-p', 'UnitFileState,ActiveState', '--', unit])).stdout;
}
