import { describe, expect, it } from 'vitest';
import { ask, ended, patroniConfig, type Scene, timelineOf, useScene } from '../support/scene.ts';

const scene = useScene();

describe('the failover of a paused cluster whose leader was powered off', () => {
  it('is refused while the leader may live, then promotes the most advanced once two things are proven: dead, and fenced', async () => {
    // The replicas give a dead connection up after this; PostgreSQL's 60 s would only make the test long.
    await patroniConfig(scene, { pause: true, postgresql: { parameters: { wal_receiver_timeout: '5s' } } });
    const old = await scene.lab.leader();
    const timeline = await timelineOf(old);
    expect((await ask(scene, 'olga', 'failover billing')).shown).toMatch(/typed once more/);
    expect((await ask(scene, 'olga', 'failover billing --confirm billing --reason test')).shown).toMatch(
      new RegExp(`${old} lives, or somebody leads`),
    );
    await scene.lab.crash(old);
    const plan = await possible(scene);
    expect(plan.shown).toMatch(/At least [\d.]+ (B|KiB|MiB) of WAL are lost|at least [\d.]+ (B|KiB|MiB) of WAL are lost/);
    expect(plan.shown).toMatch(/can lose data/);
    await scene.workspace.as('adam').click(plan, 'Approve');
    const done = await ended(scene, plan);
    expect(done.shown).toMatch(/Succeeded/);
    expect(done.shown).toContain(`/pg rebuild billing ${old}`);
    const heir = await scene.lab.leader();
    expect(heir).not.toBe(old);
    expect(await timelineOf(heir)).toBe(timeline + 1);
    await patroniConfig(scene, { pause: null, postgresql: { parameters: { wal_receiver_timeout: null } } });
  });
});

/** Asks again until the leader's lease is over and no replica holds on to its connection. */
async function possible({ workspace, ...rest }: Scene) {
  let refused = '';
  const begun = Date.now();
  while (Date.now() - begun < 60_000) {
    const answer = await ask({ workspace, ...rest }, 'olga', 'failover billing --confirm billing --reason "powered off"');
    if (answer.buttons.some(({ text }) => text === 'Approve')) return answer;
    refused = answer.shown;
  }
  throw new Error(`the failover stays refused: ${refused}`);
}
