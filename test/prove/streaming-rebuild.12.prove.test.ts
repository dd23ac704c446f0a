import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { psql } from '../../lab/health.ts';
import { postgresUnit } from '../../lab/inventory.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { ackedWriter, missingRows } from '../support/acked-writer.ts';
import { branchOf, dataOf } from '../support/diverge.ts';
import { beginBranch, divergeLedger, keptRows, lostRows, rebuildLedger } from '../support/ledger-diverge.ts';
import { stepBegun } from '../support/lab-run.ts';
import { approvedByTwo, askedFailover, giveUpSoon, POWERED_OFF } from '../support/plain-failover.ts';
import { ask, debian, ended, request, useScene } from '../support/scene.ts';

const scene = useScene({ ledger: true });
const REWINDS = "pgrep -f '^/usr/lib/postgresql/[0-9]+/bin/pg_rewind .*--progress'";

afterAll(() => scene.lab.streamingPair());

beforeEach(() => scene.lab.streamingPair());

/** A server answers before systemd has noticed that it is up. */
async function unitUp(host: 'sa1' | 'sa2'): Promise<void> {
  const unit = postgresUnit(scene.lab.generation);
  const missing = async () => ((await scene.lab.exec(host, ['/usr/bin/systemctl', 'is-active', unit])).code === 0 ? [] : ['it']);
  await waitFor(`the unit of ${host} to be active`, missing, { timeoutMs: 30_000 });
}

describe(`the rebuild of a former primary of a plain streaming cluster on Debian ${debian}`, () => {
  it('rewinds one that lost its power, was failed over, and came back as a second primary', async () => {
    await beginBranch('sa1', 'sa2');
    await giveUpSoon();
    await scene.lab.crash('sa1');
    const plan = await askedFailover(scene, POWERED_OFF);
    await approvedByTwo(scene, plan);
    expect((await ended(scene, plan)).shown).toMatch(/Succeeded/);
    await keptRows('sa2');
    await scene.lab.heal('sa1');
    const leads = async () => ((await psql('sa1', 'select pg_is_in_recovery()').catch(() => '')) === 'f' ? [] : ['it leads']);
    await waitFor('sa1 to lead as well', leads, { timeoutMs: 60_000 });
    await unitUp('sa1');
    await lostRows('sa1');
    const writer = await ackedWriter(scene, 'sa2');
    expect((await rebuildLedger(scene, 'sa1')).shown).toMatch(/Succeeded/);
    const acked = await writer.stop();
    expect(acked.length).toBeGreaterThan(10);
    const behind = async () => ((await missingRows(scene, 'sa1', acked)).length === 0 ? [] : ['some']);
    await waitFor('the rows', behind, { timeoutMs: 10_000 });
    expect(await branchOf(scene, 'sa1')).toBe('both:1 kept:500');
    expect(await psql('sa2', "select count(*) from pg_stat_replication where state = 'streaming'")).toBe('1');
  });

  it('makes a new copy where the needed WAL is gone, keeps the old data directory, and leaves no slot behind', async () => {
    await divergeLedger(scene, 'sa1', 'sa2');
    await scene.lab.exec('sa1', ['/bin/sh', '-c', `rm -f ${dataOf(scene)}/pg_wal/0*[0-9A-F]`]);
    const dry = await ask(scene, 'olga', 'rebuild ledger sa1 --dry-run');
    expect(dry.shown).toMatch(/files are gone/);
    expect(dry.shown).toMatch(/make a new copy/);
    expect((await rebuildLedger(scene, 'sa1')).shown).toMatch(/Succeeded/);
    expect(await branchOf(scene, 'sa1')).toBe('both:1 kept:500');
    expect((await ask(scene, 'vera', 'kept ledger')).shown).toMatch(/old-t\d+-[0-9a-f]+/);
    expect(await psql('sa2', 'select count(*) from pg_replication_slots where not active')).toBe('0');
    expect(await psql('sa1', 'select count(*) from pg_replication_slots')).toBe('0');
  });

  it('recognises a rewind that was killed half way, leaves the server down, and makes a new copy', async () => {
    await divergeLedger(scene, 'sa1', 'sa2');
    await psql('sa2', 'create table filler as select g, repeat(md5(g::text), 30) as t from generate_series(1, 300000) g');
    const kill = `until ${REWINDS}; do sleep 0.02; done; sleep 0.3; kill -9 $(${REWINDS})`;
    await scene.lab.exec('sa1', ['/usr/bin/systemd-run', '--quiet', '/bin/sh', '-c', kill]);
    const failed = await rebuildLedger(scene, 'sa1');
    expect(failed.shown).toMatch(/Failed|Halted/);
    expect(failed.shown).toMatch(/half rewound/);
    expect(await psql('sa1', 'select 1').catch(() => 'down')).toBe('down');
    if (/Halted/.test(failed.shown)) await scene.workspace.as('adam').click(failed, 'Give up');
    expect((await ask(scene, 'olga', 'rebuild ledger sa1 --dry-run')).shown).toMatch(/died half way/);
    expect((await rebuildLedger(scene, 'sa1')).shown).toMatch(/Succeeded/);
    expect(await branchOf(scene, 'sa1')).toBe('both:1 kept:500');
  });

  it('goes on when its worker is killed in the middle of the rewind, and rewinds once', async () => {
    await divergeLedger(scene, 'sa1', 'sa2');
    await psql('sa2', 'create table filler as select g, repeat(md5(g::text), 30) as t from generate_series(1, 100000) g');
    const plan = await request(scene, 'rebuild ledger sa1 --discard sa1 --reason "it went on alone"');
    const id = /\b(r[a-z0-9]{6,16})\b/.exec(plan.shown)?.[1] ?? 'no id';
    await scene.workspace.as('adam').click(plan, 'Approve');
    await stepBegun(scene, { id, plan }, 'rewind');
    for (const worker of scene.stage.workers) worker.signal('SIGKILL');
    await scene.stage.startWorker();
    expect((await ended(scene, plan)).shown).toMatch(/Succeeded/);
    const units = "journalctl -o cat -b -u '*rewind-*' | grep -c '^pg_rewind: Done'";
    expect((await scene.lab.exec('sa1', ['/bin/sh', '-c', units])).stdout.trim()).toBe('1');
    expect(await branchOf(scene, 'sa1')).toBe('both:1 kept:500');
  });

  it('says which right the role lacks, and rewinds once it has it', async () => {
    await divergeLedger(scene, 'sa1', 'sa2');
    const right = 'execute on function pg_read_binary_file(text, bigint, bigint, boolean)';
    await psql('sa2', `revoke ${right} from rewinder`);
    const dry = await ask(scene, 'olga', 'rebuild ledger sa1 --dry-run');
    expect(dry.shown).toMatch(/rewinder may not execute pg_read_binary_file\(text,bigint,bigint,boolean\)/);
    expect(dry.shown).toMatch(/make a new copy/);
    await psql('sa2', `grant ${right} to rewinder; alter role rewinder set statement_timeout = '1ms'`);
    const done = await rebuildLedger(scene, 'sa1');
    expect(done.shown).toMatch(/Succeeded/);
    expect(done.shown).toMatch(/Rewind/);
    expect(await branchOf(scene, 'sa1')).toBe('both:1 kept:500');
  });
});
