import { CLUSTER } from '../support/healthy-cluster.ts';

/** What is typed for each runbook on the fake cluster; a new runbook needs a line only when a cluster is not enough. */
const TYPED: Readonly<Record<string, object>> = {
  reinit: { cluster: CLUSTER, member: 'pg2', confirm: 'pg2' },
  restart: { cluster: CLUSTER, member: 'pg2' },
};

export function typedFor(runbook: string): object {
  return TYPED[runbook] ?? { cluster: CLUSTER };
}
