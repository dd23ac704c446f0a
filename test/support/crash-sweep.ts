import { expect } from 'vitest';
import { mortal } from './mortal.ts';
import type { runbookEngine } from './runbook-engine.ts';

type Engine = Awaited<ReturnType<typeof runbookEngine>>;

/** How many writes and effects a run has at which its worker can die. */
export async function countPoints(made: Engine): Promise<number> {
  const life = mortal(0);
  await made.clock.drive(made.attempt(life));
  return life.points();
}

/** Has the worker die at each point of a run, and another one go on: nothing is done twice, and the end is true. */
export async function sweepDeaths(engine: () => Promise<Engine>, points: number): Promise<void> {
  for (let at = 1; at <= points; at += 1) {
    const made = await engine();
    await killed(made, at);
    await made.clock.drive(made.attempt());
    expectSound(made, `died at ${at} of ${points}`);
  }
}

/** The same with a worker that is only frozen, and thaws after its successor has ended the run. */
export async function sweepThaws(engine: () => Promise<Engine>, points: number): Promise<void> {
  for (let at = 1; at <= points; at += 1) {
    const made = await engine();
    const { life, attempt } = await killed(made, at);
    await made.clock.drive(made.attempt());
    const before = made.store.now();
    life.thaw();
    await made.clock.drive(attempt.catch(() => undefined));
    expectSound(made, `thawed at ${at} of ${points}`);
    expect(made.store.now().run, `thawed at ${at}`).toEqual(before.run);
  }
}

/** Starts a worker and waits until it is stopped, or has ended before it came so far. */
async function killed(made: Engine, at: number) {
  const life = mortal(at);
  const attempt = made.attempt(life);
  await made.clock.drive(Promise.race([life.stopped, attempt]));
  return { life, attempt };
}

function expectSound({ store, effects, fake, acts }: Engine, where: string): void {
  const { run, journal, over } = store.now();
  const once = fake.done.filter((done, at) => effects.includes(done) && fake.done.indexOf(done) !== at);
  expect(once, `${where}: done twice`).toEqual([]);
  expect(over, `${where}: ${run.state}`).toBe(true);
  expect(['succeeded', 'failed', 'halted'], `${where}: ${run.state} ${run.why}`).toContain(run.state);
  const steps = run.plan.steps.filter(({ act }) => act && acts.repeat(act.act) === 'never');
  const done = steps.filter(({ id }) => journal[id]?.mark === 'done');
  if (run.state === 'succeeded') expect(done.length, `${where}: succeeded without its acts`).toBe(steps.length);
  else expect(run.why, where).toMatch(/unknown|not reached|failed/);
}
