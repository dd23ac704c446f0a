import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createActs } from '../../src/acts/all.ts';
import type { StoredPlan } from '../../src/core/plan.ts';
import type { Runbook } from '../../src/core/runbook.ts';
import { createStates } from '../../src/states/all.ts';
import { fakeCluster } from '../support/fake-cluster.ts';
import { prepareFor, typedFor } from './typed-for.ts';

const RISKS = ['reads', 'interrupts-nothing', 'interrupts-writes', 'can-lose-data'];

const folder = new URL('../../runbooks/', import.meta.url);
const files = (await readdir(folder)).filter((name) => name.endsWith('.ts'));
const states = createStates();

describe.each(files)('the runbook %s', async (file) => {
  const { default: book } = (await import(new URL(file, folder).href)) as { default: Runbook };
  const fake = prepareFor(book.name, fakeCluster());
  const acts = createActs(fake.hands);
  const { plan, input } = await book.propose(typedFor(book.name), fake.view);

  it('has the name of its file', () => {
    expect(`${book.name}.ts`).toBe(file);
  });

  it('names each step once and says what it does', () => {
    expect(new Set(plan.steps.map(({ id }) => id)).size).toBe(plan.steps.length);
    expect(plan.steps.every(({ title }) => title.length > 0)).toBe(true);
  });

  it('names only states that exist', () => {
    const named = plan.steps.flatMap(({ still, until }) => [...(still ?? []), ...(until ? [until] : [])]);
    for (const state of named) expect(states.says(state)).not.toBe('');
  });

  it('names only acts that exist, and guards and proves what must not happen twice', () => {
    const once = plan.steps.filter(({ act }) => act && acts.repeat(act.act) === 'never');
    for (const { still, until } of once) expect([still?.length, until]).toEqual([expect.any(Number), expect.anything()]);
  });

  it('is never below its floor of risk', () => {
    expect(RISKS.indexOf(plan.risk)).toBeGreaterThanOrEqual(RISKS.indexOf(book.risk));
  });

  it('proves each effect by something that does not hold on the facts it was planned from', async () => {
    for (const step of fromFirstEffect(plan, (name) => acts.repeat(name) === 'never')) {
      if (!step.until) continue;
      const verdict = await states.judge(step.until, fake.view, fake.now);
      expect({ step: step.id, verdict }).toMatchObject({ verdict: { holds: false, impossible: false } });
    }
  });

  it('guards a step by what holds on the facts it was planned from, or what an earlier step waits for, or it could never run', async () => {
    for (const [index, { still = [] }] of plan.steps.entries()) {
      const reached = plan.steps.slice(0, index).map(({ until }) => JSON.stringify(until));
      for (const guard of still.filter((state) => !reached.includes(JSON.stringify(state))))
        expect(await states.judge(guard, fake.view, fake.now)).toMatchObject({ holds: true });
    }
  });

  it('plans the same when it plans again, and settles what was left open', async () => {
    expect(await book.propose(input, fake.view)).toEqual(await book.propose(typedFor(book.name), fake.view));
  });

  it('changes nothing while it looks and plans', () => {
    expect(fake.done).toEqual([]);
  });
});

/** A wait before the first effect may hold already (the candidate has caught up); one after it would prove nothing. */
function fromFirstEffect(plan: StoredPlan, isEffect: (act: string) => boolean): StoredPlan['steps'] {
  const first = plan.steps.findIndex(({ act }) => act !== undefined && isEffect(act.act));
  return first === -1 ? plan.steps : plan.steps.slice(first);
}
