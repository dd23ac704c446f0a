import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Runbook } from '../../src/core/runbook.ts';
import { mortal } from '../support/mortal.ts';
import { runbookEngine } from '../support/runbook-engine.ts';
import { prepareFor, typedFor } from './typed-for.ts';

const folder = new URL('../../runbooks/', import.meta.url);
const files = (await readdir(folder)).filter((name) => name.endsWith('.ts'));

type Engine = Awaited<ReturnType<typeof runbookEngine>>;

describe.each(files)('the runbook %s, wherever its worker dies', async (file) => {
  const { default: book } = (await import(new URL(file, folder).href)) as { default: Runbook };
  const engine = () => runbookEngine(book, typedFor(book.name), (fake) => prepareFor(book.name, fake));
  const points = await countPoints(await engine());

  it('has many points to die at, so that the sweep below looks at something', () => {
    expect(points).toBeGreaterThan(10);
  });

  it('does nothing twice, is not lost, and ends with what is true', async () => {
    for (let at = 1; at <= points; at += 1) {
      const made = await engine();
      await killed(made, at);
      await made.clock.drive(made.attempt());
      expectSound(made, `died at ${at} of ${points}`);
    }
  }, 60_000);

  it('does nothing twice when a frozen worker thaws after its successor', async () => {
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
  }, 60_000);
});

async function countPoints(made: Engine): Promise<number> {
  const life = mortal(0);
  await made.clock.drive(made.attempt(life));
  return life.points();
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
