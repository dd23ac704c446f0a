import { type FakeCluster, fakeCluster } from '../support/fake-cluster.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

/** What is typed for each runbook on the fake cluster; a new runbook needs a line only when a cluster is not enough. */
const TYPED: Readonly<Record<string, object>> = {
  bootstrap: { cluster: CLUSTER, member: 'pg3', maxRateKibPerSecond: 1_048_576 },
  'patroni-bootstrap': { cluster: CLUSTER, member: 'pg3', maxRateKibPerSecond: 1_048_576 },
};

/** What the fake cluster must be for a runbook, where it must not be the healthy one. */
const PREPARED: Readonly<Record<string, (fake: FakeCluster) => void>> = {
  bootstrap: (fake) => fake.standbys.bare('pg3', 'streaming'),
  'patroni-bootstrap': (fake) => fake.standbys.bare('pg3', 'patroni'),
};

export function typedFor(runbook: string): object {
  return TYPED[runbook] ?? { cluster: CLUSTER };
}

/** A fake cluster on which the runbook has something to do. */
export function clusterFor(runbook: string): FakeCluster {
  const fake = fakeCluster();
  PREPARED[runbook]?.(fake);
  return fake;
}
