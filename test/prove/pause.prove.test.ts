import { expect, it } from 'vitest';
import { ask, ended, patroniConfig, publicAnswers, useScene } from '../support/scene.ts';

const scene = useScene();

it('tells the operators when the time of a pause is over, leaves it paused, and lets somebody take it on or end it', async () => {
  await patroniConfig(scene, { pause: true });
  const taken = await ended(scene, await ask(scene, 'olga', 'pause billing --for 1m --reason "found it paused"'));
  expect(taken.shown).toMatch(/Succeeded: Keep billing paused for another 1 min, from now on as yours/);

  const nag = await scene.workspace.waitForMessage((m) => m.place === 'db-ops' && /Its time was over/.test(m.shown), {
    withinMs: 120_000,
  });
  expect(nag.shown).toMatch(/Patroni of billing is paused: nobody takes over when its leader dies/);
  expect(nag.shown).toMatch(/Kept by @olga until .*: found it paused/);
  expect(nag.shown).toContain('/pg resume billing');

  const longer = await ended(scene, await ask(scene, 'olga', 'pause billing --for 2h --reason "one more hour"'));
  expect(longer.shown).toMatch(/Succeeded/);
  expect((await ask(scene, 'vera', 'debts billing')).shown).toMatch(/until .*1 h 5\d min left: one more hour/);

  const resumed = await ended(scene, await ask(scene, 'olga', 'resume billing'));
  expect(resumed.shown).toMatch(/Succeeded: Resume Patroni of billing/);
  expect((await ask(scene, 'vera', 'debts billing')).shown).toMatch(/Nothing that does harm/);
  const nags = (await publicAnswers(scene, 'db-ops')).filter((m) => /Its time was over/.test(m.shown));
  expect(nags).toHaveLength(1);
});
