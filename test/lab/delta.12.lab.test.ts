import { afterEach, describe, expect, it } from 'vitest';
import { haHosts } from '../../lab/inventory.ts';
import { backUp, withPgbackrest } from '../support/backup-lab.ts';
import { dataOf, superSql } from '../support/diverge.ts';
import { ask, ended, request, useScene } from '../support/scene.ts';

const scene = useScene({ change: withPgbackrest });

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await scene.lab.reset();
}, 120_000);

describe('a cluster whose pgBackRest is configured', () => {
  it('is warned of while it has no backup, and has a broken member restored from one that it has', async () => {
    expect((await ask(scene, 'vera', 'status billing')).shown).toMatch(/No good backup: pgBackRest has none of billing/);
    const leader = await scene.lab.leader();
    await backUp(scene, leader);
    expect((await ask(scene, 'vera', 'status billing')).shown).toMatch(/Last good backup .* ago .*: full, [\d.]+ MiB/);
    expect((await ask(scene, 'olga', 'switchover billing --dry-run')).shown).toMatch(
      /last good backup of billing \(full, \S+F\) ended .* ago/,
    );

    await superSql(scene, leader, "create table restored as select 'later than the backup' as said");
    const node = haHosts.find((host) => /^pg/.test(host) && host !== leader) ?? 'pg1';
    await scene.lab.exec(node, ['/usr/bin/systemctl', 'stop', 'patroni']);
    await scene.lab.exec(node, ['/bin/sh', '-c', `rm -f ${dataOf(scene)}/base/5/1255 ${dataOf(scene)}/global/1262`]);
    const plan = await request(scene, `rebuild billing ${node} --how delta --discard ${node} --reason "it lost files"`);
    expect(plan.shown).toMatch(/overwritten in place/);
    await scene.workspace.as('adam').click(plan, 'Approve');
    const done = await ended(scene, plan);
    expect(done.shown).toMatch(/Succeeded/);
    expect(done.shown).toMatch(new RegExp(`${node} streams from ${leader}`));
    expect(await superSql(scene, node, 'select said from restored')).toBe('later than the backup');
    const { stdout } = await scene.lab.exec(node, ['/bin/sh', '-c', `ls -d ${dataOf(scene)}.* || true`]);
    expect(stdout).toBe('');
  });
});
