import { expect, it } from 'vitest';
import streamingFailover from '../../runbooks/streaming-failover.ts';
import { fakeCluster, notRead } from '../support/fake-cluster.ts';
import { LOST } from '../support/fake-streaming.ts';

it('fences the old primary again in the promotion itself where its host answers, and not where a person stands for it', async () => {
  const fake = fakeCluster();
  const promotion = async (fencedBy?: string) => {
    const { plan } = await streamingFailover.propose({ cluster: LOST, ...(fencedBy ? { fencedBy } : {}) }, fake.view);
    return plan.steps.find(({ id }) => id === 'promote')?.act?.args;
  };
  expect(await promotion()).toMatchObject({ member: 'pg2', primaryStartedAtMs: 'lost', fences: 'pg1', marks: true });
  Object.assign(fake.lost.shown.servers, { pg1: notRead('no route to host') });
  expect(await promotion('powered off')).not.toHaveProperty('fences');

  const diskless = fakeCluster();
  const { servers } = diskless.lost.shown;
  if (servers.pg1?.ok) Object.assign(servers.pg1.value, { process: 'no data directory' });
  const { plan } = await streamingFailover.propose({ cluster: LOST, fencedBy: 'powered off' }, diskless.view);
  expect(plan.steps.find(({ id }) => id === 'promote')?.act?.args).toMatchObject({ fences: 'pg1', marks: false });
});
