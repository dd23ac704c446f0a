import { afterEach, describe, expect, it } from 'vitest';
import { branchOf, dataOf, divergeLeader } from '../support/diverge.ts';
import { ask, ended, patroniConfig, request, useScene } from '../support/scene.ts';

const scene = useScene();

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await scene.lab.reset();
  await patroniConfig(scene, { postgresql: { use_pg_rewind: true } });
}, 120_000);

describe('the rebuild of a leader that went on alone', () => {
  it('says without approval what it would do, then rewinds it and keeps the WAL of the lost branch', async () => {
    const { old, heir } = await divergeLeader(scene);
    const dry = await ask(scene, 'olga', `rebuild billing ${old} --dry-run`);
    expect(dry.shown).toMatch(/Dry run/);
    expect(dry.shown).toMatch(new RegExp(`${old} wrote at least .* of WAL`));
    expect(dry.buttons).toEqual([]);
    const refused = await ask(scene, 'olga', `rebuild billing ${old}`);
    expect(refused.shown).toContain(`--discard ${old}`);

    const plan = await request(scene, `rebuild billing ${old} --discard ${old} --reason "it went on alone"`);
    await scene.workspace.as('adam').click(plan, 'Approve');
    const done = await ended(scene, plan);
    expect(done.shown).toMatch(/Succeeded/);
    expect(done.shown).toMatch(new RegExp(`${old} streams from ${heir}`));
    expect(await branchOf(scene, old)).toBe('both:1 kept:500');
    const { stdout } = await scene.lab.exec(old, ['/bin/sh', '-c', `ls -d ${dataOf(scene)}.*; ls ${dataOf(scene)}.wal-t*`]);
    expect(stdout).toMatch(/main\.wal-t\d+-[0-9a-f]+\n[\s\S]*[0-9A-F]{24}/);
    expect(stdout).not.toContain('rewinding');
  });
});
