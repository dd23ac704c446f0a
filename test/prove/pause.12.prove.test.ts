import { expect, it } from 'vitest';
import { hostNamed, type HostName, ports } from '../../lab/inventory.ts';
import { ask, ended, patroniConfig, publicAnswers, useScene } from '../support/scene.ts';

const scene = useScene();

it('tells the operators when the time of a pause is over, leaves it paused, and lets somebody take it on or end it', async () => {
  await patroniConfig(scene, { pause: true });
  const taken = await ended(scene, await ask(scene, 'olga', 'pause billing --for 1m --reason "found it paused"'));
  expect(taken.shown).toMatch(/Succeeded: Keep billing paused for another 1 min, from now on as yours/);

  const nag = await scene.workspace.waitForMessage((m) => m.place === 'db-ops' && /Its time (is|was) over/.test(m.shown), {
    withinMs: 120_000,
  });
  expect(nag.shown).toMatch(/Patroni of billing is paused: nobody takes over when its leader dies/);
  expect(nag.shown).toMatch(/Kept by @olga until .*: found it paused/);
  expect(nag.shown).toContain('/pg resume billing');

  const longer = await ended(scene, await ask(scene, 'olga', 'pause billing --for 2h --reason "one more hour"'));
  expect(longer.shown).toMatch(/Succeeded/);
  expect((await ask(scene, 'vera', 'debts billing')).shown).toMatch(/until .*(2 h|1 h 5\d min) left: one more hour/);

  const resumed = await ended(scene, await ask(scene, 'olga', 'resume billing'));
  expect(resumed.shown).toMatch(/Succeeded: Resume Patroni of billing/);
  expect((await ask(scene, 'vera', 'debts billing')).shown).toMatch(/Nothing that does harm/);
  const nags = (await publicAnswers(scene, 'db-ops')).filter((m) => /Its time (is|was) over/.test(m.shown));
  expect(nags).toHaveLength(1);
});

/** Gives Patroni an order behind the back of Trunkline. */
async function order(host: HostName, path: string, body: object): Promise<number> {
  const answer = await fetch(`http://${hostNamed(host).address}:${ports.patroni}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: {
      authorization: `Basic ${Buffer.from(`trunkline:${scene.lab.secrets.passwords.rest}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    signal: AbortSignal.timeout(10_000),
  });
  return answer.status;
}

it("shows Patroni's own scheduled switchover and restart, and clears each", async () => {
  const leader = await scene.lab.leader();
  const replica = leader === 'pg2' ? 'pg3' : 'pg2';
  const at = new Date(Date.now() + 3_600_000).toISOString();
  expect(await order(leader, '/switchover', { leader, scheduled_at: at })).toBe(202);
  expect(await order(replica, '/restart', { schedule: at })).toBe(202);
  const shown = (await ask(scene, 'vera', 'scheduled billing')).shown;
  expect(shown).toContain('Scheduled in Patroni itself: 2');
  expect(shown).toContain(`/pg unschedule billing --member ${replica}`);

  expect((await ended(scene, await ask(scene, 'olga', 'unschedule billing'))).shown).toMatch(/Succeeded: Clear the switchover/);
  expect((await ended(scene, await ask(scene, 'olga', `unschedule billing --member ${replica}`))).shown).toMatch(
    /Succeeded: Clear the restart/,
  );
  expect((await ask(scene, 'vera', 'scheduled billing')).shown).not.toContain('Scheduled in Patroni itself');
});
