import { describe, expect, it } from 'vitest';
import { createAttempts } from '../../src/runs/attempt.ts';
import type { AttemptNeeds } from '../../src/runs/attempt-needs.ts';
import { engineOf } from '../support/engine-of.ts';
import { type Mortal, mortal } from '../support/mortal.ts';

/** A worker process whose writes and effects are points to die at. */
function process({ runs, journal, locks, acts, ...rest }: AttemptNeeds, { around }: Mortal): AttemptNeeds {
  const { change } = around({ change: runs.change });
  const { perform } = around({ perform: acts.perform });
  return { ...rest, runs: { ...runs, change }, journal: around(journal), locks: around(locks), acts: { ...acts, perform } };
}

async function countPoints(): Promise<number> {
  const { needs, clock, reins } = await engineOf();
  const life = mortal(0);
  await clock.drive(createAttempts(process(needs, life))('r4k2m9xq', reins));
  return life.points();
}

type Engine = Awaited<ReturnType<typeof engineOf>>;

/** Starts a process and waits until it is stopped, or has ended before it came so far. */
async function killed(engine: Engine, dieAt: number) {
  const life = mortal(dieAt);
  const attempt = createAttempts(process(engine.needs, life))('r4k2m9xq', engine.reins);
  await engine.clock.drive(Promise.race([life.stopped, attempt]));
  return { thaw: () => life.thaw(), attempt };
}

function expectSound({ world, store }: Engine, at: string): void {
  const { run, over } = store.now();
  const times = world.acted.filter((act) => act === 'switchover').length;
  expect(times, `${at}: switched over ${times} times`).toBeLessThanOrEqual(1);
  expect(over, `${at}: ${run.state}`).toBe(true);
  expect(['succeeded', 'halted'], at).toContain(run.state);
  if (run.state === 'succeeded') expect(times, `${at}: succeeded without the act`).toBe(1);
  if (run.state === 'halted') expect(run.why, at).toMatch(/outcome unknown/);
}

describe('the crash sweep', () => {
  it('never switches over twice and always ends, wherever the worker dies', async () => {
    const points = await countPoints();
    expect(points).toBeGreaterThan(20);
    for (let k = 1; k <= points; k += 1) {
      const engine = await engineOf();
      await killed(engine, k);
      await engine.clock.drive(createAttempts(engine.needs)('r4k2m9xq', engine.reins));
      expectSound(engine, `died at ${k}`);
    }
  });

  it('survives two deaths in one run, wherever they are', async () => {
    const points = await countPoints();
    for (let k = 1; k <= points; k += 1)
      for (let j = 1; j <= points; j += 2) {
        const engine = await engineOf();
        await killed(engine, k);
        await killed(engine, j);
        await engine.clock.drive(createAttempts(engine.needs)('r4k2m9xq', engine.reins));
        expectSound(engine, `died at ${k} and ${j}`);
      }
  }, 30_000);

  it('lets a frozen worker that thaws after its successor change nothing, wherever it froze', async () => {
    const points = await countPoints();
    for (let k = 1; k <= points; k += 1) {
      const engine = await engineOf();
      const { thaw, attempt } = await killed(engine, k);
      await engine.clock.drive(createAttempts(engine.needs)('r4k2m9xq', engine.reins));
      const before = engine.store.now().run;
      thaw();
      await engine.clock.drive(attempt.catch(() => undefined));
      expect(engine.store.now().run, `frozen at ${k}`).toEqual(before);
      const times = engine.world.acted.filter((act) => act === 'switchover').length;
      expect(times, `frozen at ${k}`).toBeLessThanOrEqual(1);
    }
  });

  it('lets two workers on one run do each step once', async () => {
    const engine = await engineOf();
    const attempt = createAttempts(engine.needs);
    await engine.clock.drive(Promise.all([attempt('r4k2m9xq', engine.reins), attempt('r4k2m9xq', engine.reins)]));
    expect(engine.store.now().run).toMatchObject({ state: 'succeeded', epoch: 2 });
    expect(engine.world.acted.filter((act) => act === 'switchover')).toHaveLength(1);
  });
});
