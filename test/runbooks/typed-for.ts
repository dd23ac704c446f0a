import type { FakeCluster } from '../support/fake-cluster.ts';
import { diverge, keep, wedge } from '../support/fake-rebuild.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

/** What is typed for each runbook on the fake cluster; a new runbook needs a line only when a cluster is not enough. */
const TYPED: Readonly<Record<string, object>> = {
  'kept-clean': { cluster: CLUSTER, node: 'pg3', folder: 'old-t6-3000000' },
  rebuild: { cluster: CLUSTER, node: 'pg3', discard: 'pg3' },
};

/** What makes the fake cluster one that the runbook has something to do with. */
const WORLDS: Readonly<Record<string, (fake: FakeCluster) => void>> = {
  'kept-clean': keep,
  rebuild: diverge,
  release: wedge,
};

export function typedFor(runbook: string): object {
  return TYPED[runbook] ?? { cluster: CLUSTER };
}

/** Changes a healthy fake cluster into the one in which the runbook is asked for. */
export function prepareFor(runbook: string, fake: FakeCluster): void {
  WORLDS[runbook]?.(fake);
}
