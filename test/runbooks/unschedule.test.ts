import { expect, it } from 'vitest';
import unschedule from '../../runbooks/unschedule.ts';
import { createActs } from '../../src/acts/all.ts';
import { createStates } from '../../src/states/all.ts';
import { dcsIn, type FakeCluster, fakeCluster, memberIn, notRead } from '../support/fake-cluster.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

const AT = '2026-11-30T02:00:00+00:00';

async function cleared(fake: FakeCluster, member?: string) {
  const { plan } = await unschedule.propose({ cluster: CLUSTER, ...(member ? { member } : {}) }, fake.view);
  const [step] = plan.steps;
  if (!step?.act || !step.until || !step.still?.[0]) throw new Error('a guarded act was expected');
  const states = createStates();
  const guard = await states.judge(step.still[0], fake.view, fake.now);
  await createActs(fake.hands).perform(step.act, { claim: 'r1.clear', signal: new AbortController().signal });
  return { plan, guard, after: await states.judge(step.until, fake.view, fake.now) };
}

it("clears Patroni's scheduled switchover, through the leader", async () => {
  const fake = fakeCluster();
  dcsIn(fake).failover = { leader: 'pg1', candidate: 'pg2', scheduledAt: AT };
  const { plan, guard, after } = await cleared(fake);
  expect(plan.summary).toBe(`Clear the switchover pg1 -> pg2 of billing, scheduled in Patroni for ${AT}.`);
  expect(guard).toMatchObject({ holds: true });
  expect(fake.done).toContain('clear switchover pg1');
  expect(after).toEqual({ holds: true, says: 'no switchover of billing is scheduled' });
});

it('clears the scheduled restart of one member, at that member', async () => {
  const fake = fakeCluster();
  memberIn(fake, 'pg3').patroni.scheduledRestart = AT;
  const { after } = await cleared(fake, 'pg3');
  expect(fake.done).toContain('clear restart pg3');
  expect(after).toEqual({ holds: true, says: 'no restart of pg3 is scheduled' });
});

it('stops before it when something else is scheduled by now than was approved', async () => {
  const fake = fakeCluster();
  dcsIn(fake).failover = { leader: 'pg1', scheduledAt: AT };
  const { plan } = await unschedule.propose({ cluster: CLUSTER }, fake.view);
  const guard = plan.steps[0]?.still?.[0];
  if (!guard) throw new Error('a guard was expected');
  dcsIn(fake).failover = { leader: 'pg1', scheduledAt: '2026-12-01T02:00:00+00:00' };
  expect(await createStates().judge(guard, fake.view, fake.now)).toMatchObject({ holds: false, impossible: true });
});

it('blocks for a member that does not answer, as only it can clear its restart', async () => {
  const fake = fakeCluster();
  memberIn(fake, 'pg3').member.patroni = notRead();
  const { plan } = await unschedule.propose({ cluster: CLUSTER, member: 'pg3' }, fake.view);
  expect(plan.checks).toMatchObject([{ id: 'can-be-asked', verdict: 'block', hard: true }]);
});
