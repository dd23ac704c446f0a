import { afterEach, describe, expect, it } from 'vitest';
import type { HostName } from '../../lab/inventory.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { ackedWriter, missingRows } from '../support/acked-writer.ts';
import { backUp, withPgbackrest } from '../support/backup-lab.ts';
import { branchOf, dataOf, divergeLeader, superSql } from '../support/diverge.ts';
import { ask, ended, patroniConfig, request, useScene } from '../support/scene.ts';

const scene = useScene({ change: withPgbackrest });
const RIGHT = 'execute on function pg_read_binary_file(text, bigint, bigint, boolean)';
const RESTORES = "pgrep -f '^/usr/bin/pgbackrest .* restore$'";

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await scene.lab.reset();
  await patroniConfig(scene, { postgresql: { use_pg_rewind: true } });
  await scene.lab.waitHealthy();
}, 180_000);

/** Enough that a restore can be caught in the middle. */
const fill = (host: HostName) =>
  superSql(scene, host, 'create table if not exists filling as select g, md5(g::text) as t from generate_series(1, 500000) g');

/** As soon as pgBackRest restores on that host, it gets a signal. */
async function whenItRestores(host: HostName, signal: 'STOP' | 'KILL'): Promise<void> {
  const wait = `until ${RESTORES} >/dev/null; do sleep 0.02; done; sleep 0.2; kill -${signal} $(${RESTORES})`;
  await scene.lab.exec(host, ['/usr/bin/systemd-run', '--quiet', '/bin/sh', '-c', wait]);
}

describe('a restore by pgBackRest over a member', () => {
  it('is chosen before a base backup where a rewind can not work, and goes on as one when its worker is killed in the middle', async () => {
    const leader = await scene.lab.leader();
    await fill(leader);
    await backUp(scene, leader);
    const { old, heir } = await divergeLeader(scene);
    await superSql(scene, heir, `revoke ${RIGHT} from rewinder`);
    const writer = await ackedWriter(scene, heir);
    const dry = await ask(scene, 'olga', `rebuild billing ${old} --dry-run`);
    expect(dry.shown).toMatch(/restore the backup \S+F over it by pgBackRest/);
    await whenItRestores(old, 'STOP');
    const plan = await request(scene, `rebuild billing ${old} --discard ${old} --reason "its worker dies"`);
    await scene.workspace.as('adam').click(plan, 'Approve');
    await waitFor(
      'the restore to be caught',
      async () =>
        (await scene.lab.exec(old, ['/bin/sh', '-c', `ps -o stat= -p $(${RESTORES}) | grep -q T`])).code === 0 ? [] : ['it'],
      { timeoutMs: 60_000 },
    );
    for (const worker of scene.stage.workers) worker.signal('SIGKILL');
    await scene.lab.exec(old, ['/usr/bin/pkill', '-f', '^sshd.*trunkline']);
    await scene.stage.startWorker();
    await scene.lab.exec(old, ['/bin/sh', '-c', `kill -CONT $(${RESTORES})`]);
    expect((await ended(scene, plan)).shown).toMatch(/Succeeded/);
    await superSql(scene, heir, `grant ${RIGHT} to rewinder`);
    const acked = await writer.stop();
    expect(acked.length).toBeGreaterThan(20);
    await waitFor('the rows', async () => ((await missingRows(scene, old, acked)).length === 0 ? [] : ['some']), {
      timeoutMs: 20_000,
    });
    const { stdout } = await scene.lab.exec(old, ['/bin/sh', '-c', 'ls -d /var/lib/trunkline-units/restore-* | wc -l']);
    expect(stdout.trim()).toBe('1');
    expect(await branchOf(scene, old)).toBe('both:1 kept:500');
  });

  it('is recognised when it died half way, is never started so, and is done again', async () => {
    const leader = await scene.lab.leader();
    await fill(leader);
    await backUp(scene, leader);
    const node = (['pg1', 'pg2', 'pg3'] as const).find((name) => name !== leader) ?? 'pg1';
    await scene.lab.exec(node, ['/usr/bin/systemctl', 'stop', 'patroni']);
    await scene.lab.exec(node, ['/bin/sh', '-c', `rm -f ${dataOf(scene)}/base/5/1*`]);
    await whenItRestores(node, 'KILL');
    const failing = await request(scene, `rebuild billing ${node} --discard ${node} --how delta --reason "it is killed"`);
    await scene.workspace.as('adam').click(failing, 'Approve');
    const failed = await ended(scene, failing);
    expect(failed.shown).toMatch(/Failed|Halted/);
    expect(failed.shown).toMatch(/half restored/);
    if (/Halted/.test(failed.shown)) await scene.workspace.as('adam').click(failed, 'Give up');
    expect((await scene.lab.exec(node, ['/usr/bin/systemctl', 'is-active', 'patroni'])).stdout.trim()).not.toBe('active');
    const dry = await ask(scene, 'olga', `rebuild billing ${node} --dry-run`);
    expect(dry.shown).toMatch(/died half way/);
    const again = await request(scene, `rebuild billing ${node} --discard ${node} --reason "once more"`);
    expect(again.shown).toMatch(/by pgBackRest/);
    await scene.workspace.as('adam').click(again, 'Approve');
    expect((await ended(scene, again)).shown).toMatch(/Succeeded/);
  });
});
