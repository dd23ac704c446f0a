import { loseLeader } from '../support/dead-leader.ts';
import type { FakeCluster } from '../support/fake-cluster.ts';

/** What the fake cluster must look like for a runbook that a healthy one refuses; the others need no line. */
const WORLDS: Readonly<Record<string, (fake: FakeCluster) => void>> = {
  failover: loseLeader,
};

export function worldFor(runbook: string): (fake: FakeCluster) => void {
  return WORLDS[runbook] ?? (() => undefined);
}
