import { describe, expect, it } from 'vitest';
import { seededRandom } from '../support/random.ts';
import { debian, ended, request, timelineOf, useScene } from '../support/scene.ts';

const scene = useScene();
const ROUNDS = 12;
const MID_MS = 6000;

describe(`switchovers on Debian ${debian} whose workers are killed`, () => {
  it('never switch over twice, lose no run, and say truly what happened', async () => {
    const random = seededRandom('kills');
    const outcomes: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = await timelineOf(await scene.lab.leader());
      const plan = await request(scene, `switchover billing --reason "kill ${round}"`);
      await scene.workspace.as(random.pick(['adam', 'anna'])).click(plan, 'Approve');
      await new Promise((resolve) => setTimeout(resolve, random.below(MID_MS)));
      for (const worker of scene.stage.workers) worker.signal('SIGKILL');
      await scene.stage.startWorker();
      const { shown } = await ended(scene, plan);
      await scene.lab.waitHealthy();
      const after = await timelineOf(await scene.lab.leader());
      outcomes.push(`${/Done|Succeeded|Failed|Halted/.exec(shown)?.[0] ?? shown.split('\n')[0]} ${before} -> ${after}`);
      if (/Done|Succeeded/.test(shown)) expect(after).toBe(before + 1);
      else {
        expect(shown).toMatch(/Failed|Halted/);
        expect(after).toBe(before);
        expect(shown).toMatch(/its worker was lost/);
      }
    }
    console.log(outcomes.join('\n'));
    expect(outcomes).toHaveLength(ROUNDS);
  });
});
