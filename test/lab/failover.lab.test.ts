import { describe, expect, it } from 'vitest';
import { ask, publicAnswers, useScene } from '../support/scene.ts';

const scene = useScene();

describe('a dead leader', () => {
  it('is announced with old and new leader, followed to its return, and told apart from a switchover', async () => {
    const dead = await scene.lab.leader();
    await scene.lab.crash(dead);
    const alarm = await scene.workspace.waitForMessage(
      (m) =>
        m.place === 'db-alerts' && m.threadTs === undefined && m.fromBot && m.shown.includes(dead) && !/planned/i.test(m.shown),
      {
        withinMs: 60_000,
      },
    );
    const heir = await scene.lab.waitFailover(dead, 90_000);
    await scene.workspace.waitForMessage((m) => m.ts === alarm.ts && m.shown.includes(heir), { withinMs: 30_000 });

    const begun = Date.now();
    const answer = await ask(scene, 'vera', 'status billing');
    expect(Date.now() - begun).toBeLessThan(5_000);
    expect(answer.shown).toContain(`${heir} leads`);
    expect(answer.shown).toContain(dead);
    expect(answer.shown).not.toMatch(/: healthy/);

    await scene.lab.heal(dead);
    await scene.lab.waitHealthy();
    await scene.workspace.waitForMessage((m) => m.ts === alarm.ts && /\bover\b|resolved/i.test(m.shown), { withinMs: 60_000 });
    const parents = (await publicAnswers(scene, 'db-alerts')).filter(
      (m) => m.threadTs === undefined && m.shown.includes(heir) && m.shown.includes(dead) && !/planned/i.test(m.shown),
    );
    expect(parents).toHaveLength(1);
  });
});
