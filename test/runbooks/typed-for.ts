import { drained } from '../support/fake-closer.ts';
import type { FakeCluster } from '../support/fake-cluster.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

/** What is typed for each runbook on the fake cluster; a new runbook needs a line only when a cluster is not enough. */
const TYPED: Readonly<Record<string, object>> = {
  drain: { cluster: CLUSTER, member: 'pg2', waitMs: 120_000 },
  'slot-drop': { cluster: CLUSTER, member: 'pg1', slot: 'leftover' },
  terminate: { cluster: CLUSTER, member: 'pg1', pid: 4242 },
  undrain: { cluster: CLUSTER, member: 'pg2' },
};

/** What must have happened to the fake cluster before a runbook has something to do. */
const PREPARED: Readonly<Record<string, (fake: FakeCluster) => void>> = {
  undrain: (fake) => drained(fake),
};

export function typedFor(runbook: string): object {
  return TYPED[runbook] ?? { cluster: CLUSTER };
}

export function prepareFor(runbook: string, fake: FakeCluster): FakeCluster {
  PREPARED[runbook]?.(fake);
  return fake;
}
