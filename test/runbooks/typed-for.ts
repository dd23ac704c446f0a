import { CLUSTER } from '../support/healthy-cluster.ts';

/** What is typed for each runbook on the fake cluster; a new runbook needs a line only when a cluster is not enough. */
const TYPED: Readonly<Record<string, object>> = {};

export function typedFor(runbook: string): object {
  return TYPED[runbook] ?? { cluster: CLUSTER };
}
