import { describe, expect, it } from 'vitest';
import restart from '../../runbooks/restart.ts';
import { createActs } from '../../src/acts/all.ts';
import type { StateData, StoredStep } from '../../src/core/plan.ts';
import { createStates } from '../../src/states/all.ts';
import { countPoints, sweepDeaths, sweepThaws } from '../support/crash-sweep.ts';
import type { FakeCluster } from '../support/fake-cluster.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';
import { bigger, raised, world } from '../support/restart-world.ts';
import { runbookEngine } from '../support/runbook-engine.ts';

describe('a rolling restart', () => {
  it('asks each Patroni once with its guards, and every step holds only after its own act', async () => {
    const fake = world(raised);
    const { plan } = await restart.propose({ cluster: CLUSTER, pending: true }, fake.view);
    for (const step of plan.steps) await walk(fake, step);
    expect(fake.done.filter((line) => line.startsWith('restart'))).toEqual([
      'restart pg2 replica pending',
      'restart pg3 replica pending',
      'restart pg1 pending 60 s',
    ]);
  });

  it.each(['in-place', 'switchover'])(
    'does nothing twice wherever its worker dies, with the leader %s',
    async (leader) => {
      const engine = () => runbookEngine(restart, { cluster: CLUSTER, pending: true, leader }, bigger);
      const points = await countPoints(await engine());
      expect(points).toBeGreaterThan(20);
      await sweepDeaths(engine, points);
      await sweepThaws(engine, points);
    },
    60_000,
  );

  it('says in its report who restarted, who leads, and what still waits', async () => {
    const made = await runbookEngine(restart, { cluster: CLUSTER, pending: true }, raised);
    await made.clock.drive(made.attempt());
    expect(made.store.now().run.report?.says).toBe('billing: pg2, pg3, pg1 restarted; pg1 leads on timeline 7');
  });

  it('ends at once when Patroni failed over, and says so', async () => {
    const made = await runbookEngine(restart, { cluster: CLUSTER, member: 'pg1' });
    made.fake.failsOver = 'pg2';
    await made.clock.drive(made.attempt());
    const { run } = made.store.now();
    expect(run).toMatchObject({ state: 'failed', why: expect.stringContaining('Patroni failed over: pg2 leads on timeline 8') });
    expect(run.report?.lines).toContainEqual({ sign: 'ok', text: expect.stringContaining('pg2 leads on timeline 8') });
  });
});

/** Its guards hold, its state does not hold before its act and holds after it. */
async function walk(fake: FakeCluster, { id, act, still, until }: StoredStep): Promise<void> {
  const judged = (state: StateData) => createStates().judge(state, fake.view, fake.now);
  for (const guard of still ?? []) expect(await judged(guard)).toMatchObject({ holds: true });
  if (act && until) expect({ id, ...(await judged(until)) }).toMatchObject({ id, holds: false });
  if (act) await createActs(fake.hands).perform(act, { claim: `r1234567.${id}`, signal: new AbortController().signal });
  if (until) expect({ id, ...(await judged(until)) }).toMatchObject({ id, holds: true });
}
