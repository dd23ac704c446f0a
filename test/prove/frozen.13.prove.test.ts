import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { LabBot } from '../../lab/bot.ts';
import type { HostName } from '../../lab/inventory.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { labRun } from '../support/lab-run.ts';
import { seededRandom } from '../support/random.ts';
import { byHand, debian, timelineOf, useScene } from '../support/scene.ts';

const scene = useScene();
/** By then Patroni has been asked, so that the successor sees the run succeed. */
const LATE_MS = 400;

/** A switchover whose only worker is frozen within some milliseconds of the change and whose successor brings it to its end. */
async function frozen(withinMs: number): Promise<{ first: LabBot; old: HostName }> {
  const old = await scene.lab.leader();
  for (const worker of scene.stage.workers) worker.signal('SIGKILL');
  const first = await scene.stage.startWorker();
  const run = await labRun(scene, 'frozen');
  await run.approve();
  await run.begun('switchover');
  await delay(withinMs);
  first.signal('SIGSTOP');
  await scene.stage.startWorker();
  await run.soundEnd();
  return { old, first };
}

/** Lets the frozen worker go on, and checks that the leader and its timeline stay as they are. */
async function thawedChangesNothing(first: LabBot): Promise<void> {
  const leader = await scene.lab.leader();
  const timeline = await timelineOf(leader);
  first.signal('SIGCONT');
  const missing = async () => (/taken over|goes on later/.test(await first.log()) ? [] : ['its log to say so']);
  await waitFor('the thawed worker to find that it was taken over', missing, { timeoutMs: 60_000 });
  expect(await scene.lab.leader()).toBe(leader);
  expect(await timelineOf(leader)).toBe(timeline);
}

describe(`a worker on Debian ${debian} that is frozen and thawed`, () => {
  it('does nothing after its successor finished the run', async () => {
    const random = seededRandom('frozen');
    for (let round = 0; round < 3; round += 1) {
      const { first } = await frozen(random.below(60));
      await thawedChangesNothing(first);
    }
  });

  it('does nothing after the old leader was rebooted, because its claim is kept there', async () => {
    const { first, old } = await frozen(LATE_MS);
    await scene.lab.crash(old);
    await scene.lab.heal(old);
    await scene.lab.waitHealthy();
    await thawedChangesNothing(first);
  });

  it('does nothing after the leader went from A to B and back to A, although Patroni would take its request', async () => {
    const { first, old } = await frozen(LATE_MS);
    await byHand(scene, await scene.lab.leader(), old);
    await scene.lab.waitHealthy();
    expect(await scene.lab.leader()).toBe(old);
    await thawedChangesNothing(first);
  });
});
