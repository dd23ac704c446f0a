import { describe, expect, it } from 'vitest';
import type { Message } from '../../lab/slack/message.ts';
import { ask, ended, patroniConfig, type Scene, timelineOf, useScene } from '../support/scene.ts';

/** As most teams have it: a change that can lose data needs two other people. */
const policies = [
  { risk: ['reads', 'interrupts-nothing', 'interrupts-writes'], approvals: 0 },
  { risk: ['can-lose-data'], approvals: 2 },
];
const scene = useScene({ change: (config) => ({ ...config, policies }) });

describe('the failover of a paused cluster whose leader was powered off', () => {
  it('is refused while the leader may live, then promotes the most advanced once it is proven dead and fenced, and two people have approved', async () => {
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
    const waits = (m: Message) => m.ts === plan.ts && /1 of 2 approvals by other people/.test(m.shown);
    await scene.workspace.waitForMessage(waits, { withinMs: 15_000 });
    // A second click of the same person is no second vote.
    await scene.workspace.as('adam').click(plan, 'Approve');
    await scene.workspace.waitForMessage((m) => m.onlyFor !== undefined && /you have voted on this already/.test(m.shown), {
      withinMs: 15_000,
    });
    expect((await scene.workspace.messages('db-ops')).some(waits)).toBe(true);
    expect(await timelineOf(old === 'pg1' ? 'pg2' : 'pg1')).toBe(timeline);
    await scene.workspace.as('anna').click(plan, 'Approve');
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
