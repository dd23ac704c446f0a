import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { labRun, STEPS, type StepName } from '../support/lab-run.ts';
import { seededRandom } from '../support/random.ts';
import { debian, useScene } from '../support/scene.ts';

const scene = useScene();
/** How far into a step the worker dies at most; most steps take less. */
const MID_MS = 1500;

/** Each boundary between two steps, each step's middle, and as many moments of the change itself as make 21. */
const MOMENTS: readonly (readonly [StepName, 'at its start' | 'in its middle'])[] = [
  ...STEPS.flatMap((step) => [[step, 'at its start'] as const, [step, 'in its middle'] as const]),
  ...Array.from({ length: 21 - 2 * STEPS.length }, () => ['switchover', 'in its middle'] as const),
];

/** All of them on one generation; on the other every third, unless that one alone was asked for. */
const HERE = debian === '12' || process.env.TRUNKLINE_LAB_ALL ? MOMENTS : MOMENTS.filter((_, i) => i % 3 === 0);

describe(`switchovers on Debian ${debian} whose workers are killed`, () => {
  it('never switch over twice, lose no run, and say truly what happened', async () => {
    const random = seededRandom('kills');
    const outcomes: string[] = [];
    for (const [step, when] of HERE) {
      const run = await labRun(scene, `killed in ${step}, ${when}`);
      await run.approve(random.pick(['adam', 'anna']));
      await run.begun(step);
      if (when === 'in its middle') await delay(random.below(MID_MS));
      for (const worker of scene.stage.workers) worker.signal('SIGKILL');
      await scene.stage.startWorker();
      outcomes.push(`killed in ${step}, ${when}: ${await run.soundEnd()}`);
    }
    console.log(outcomes.join('\n'));
    expect(outcomes).toHaveLength(HERE.length);
  });

  it('go on when both workers take the same run, and when one of the two is killed', async () => {
    await scene.stage.startWorker();
    const run = await labRun(scene, 'two workers');
    await run.approve();
    await run.begun('switchover');
    scene.stage.workers.at(-1)?.signal('SIGKILL');
    expect(await run.soundEnd()).toMatch(/^Succeeded/);
  });

  it('survive kill -9 of Redis in the middle of the change', async () => {
    for (const step of ['switchover', 'rejoined'] as const) {
      const run = await labRun(scene, `Redis killed in ${step}`);
      await run.approve();
      await run.begun(step);
      await scene.stage.redis.crash(1000);
      expect(await run.soundEnd()).toMatch(/^(Succeeded|Halted)/);
    }
  });
});
