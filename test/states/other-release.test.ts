import { expect, it } from 'vitest';
import { createStates } from '../../src/states/all.ts';
import { fakeCluster } from '../support/fake-cluster.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

it('a state that another release has planned is told as that, and shown without a mistake', async () => {
  const states = createStates();
  const old = {
    state: 'replication-allowed',
    args: { cluster: CLUSTER, member: 'pg1', role: 'standby_pg3', address: '10.0.0.13' },
  };
  await expect(states.judge(old, fakeCluster().view, 0)).rejects.toThrow(
    /^another release of Trunkline planned to look at 'replication-allowed', with other arguments \(addresses: .*\)$/,
  );
  expect(states.says(old)).toBe("'replication-allowed' as another release of Trunkline meant it");
});
