import { LEDGER, LOST } from '../support/fake-streaming.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

/** What is typed for each runbook on the fake cluster; a new runbook needs a line only when a cluster is not enough. */
const TYPED: Readonly<Record<string, object>> = {
  'streaming-failover': { cluster: LOST },
  'streaming-switchover': { cluster: LEDGER },
};

export function typedFor(runbook: string): object {
  return TYPED[runbook] ?? { cluster: CLUSTER };
}
