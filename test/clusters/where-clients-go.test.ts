import { noIncidentRecords } from '../support/no-incidents.ts';
import { expect, it } from 'vitest';
import { createViews } from '../../src/clusters/view.ts';
import { systemClock } from '../../src/core/clock.ts';
import { partsOf, read } from './parts-of.ts';

const never = () => new Promise<never>(() => undefined);
const refuse = async () => Promise.reject(new Error('not asked in this test'));
const records = {
  ...{ unreadableRuns: refuse, runs: refuse, run: refuse, lastLeaderChange: refuse, leaderChanges: refuse },
  ...{ openIncidents: refuse, debts: refuse, maintenance: refuse, openReviews: refuse },
  ...noIncidentRecords,
};

it('tells where clients are sent although Patroni and etcd never answer, as clients wait for that look in a switchover', async () => {
  const parts = partsOf('billing', {
    patroni: { member: never, dynamicConfig: never },
    etcd: { dcs: never, config: never, endpoints: never, lease: never, names: ['http://e1:2379'] },
    proxies: { names: ['lb1'], read: async () => [{ name: 'lb1', stats: read({ primary: [], replicas: [] }) }] },
  });
  const view = createViews({ clusters: [parts], records, lag: { history: () => [] }, clock: systemClock }).viewFor(['billing']);
  const began = Date.now();
  expect(await view.proxies('billing')).toMatchObject([{ name: 'lb1', stats: { ok: true } }]);
  expect(await view.vip('billing')).toBeUndefined();
  expect(Date.now() - began).toBeLessThan(2000);
});
