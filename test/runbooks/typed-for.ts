import { loseLeader } from '../support/dead-leader.ts';
import { dcsIn, type FakeCluster, fakeCluster } from '../support/fake-cluster.ts';
import { setPaused } from '../support/fake-shown.ts';
import { drained } from '../support/fake-closer.ts';
import { diverge, keep, splitData, wedge } from '../support/fake-rebuild.ts';
import { LEDGER, LOST, SPLIT } from '../support/fake-streaming.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

/** What is typed for each runbook on the fake cluster; a new runbook needs a line only when a cluster is not enough. */
const TYPED: Readonly<Record<string, object>> = {
  drain: { cluster: CLUSTER, member: 'pg2', waitMs: 120_000, keptMs: 3_600_000 },
  bootstrap: { cluster: CLUSTER, member: 'pg3', maxRateKibPerSecond: 1_048_576 },
  'patroni-bootstrap': { cluster: CLUSTER, member: 'pg3', maxRateKibPerSecond: 1_048_576 },
  'kept-clean': { cluster: CLUSTER, node: 'pg3', folder: 'old-t6-3000000' },
  rebuild: { cluster: CLUSTER, node: 'pg3', discard: 'pg3' },
  'slot-drop': { cluster: CLUSTER, member: 'pg1', slot: 'leftover' },
  'streaming-failover': { cluster: LOST },
  'streaming-rebuild': { cluster: SPLIT, node: 'pg3', discard: 'pg3' },
  'streaming-switchover': { cluster: LEDGER },
  terminate: { cluster: CLUSTER, member: 'pg1', pid: 4242 },
  undrain: { cluster: CLUSTER, member: 'pg2' },
  reinit: { cluster: CLUSTER, member: 'pg2', discard: 'pg2' },
  restart: { cluster: CLUSTER, member: 'pg2' },
  'config-set': { cluster: CLUSTER, set: { work_mem: '64MB' } },
  pause: { cluster: CLUSTER, forMs: 7_200_000 },
};

/** What the cluster is like before a runbook that has nothing to do on a healthy one. */
const PREPARED: Readonly<Record<string, (fake: FakeCluster) => void>> = {
  bootstrap: (fake) => fake.standbys.bare('pg3', 'streaming'),
  'patroni-bootstrap': (fake) => fake.standbys.bare('pg3', 'patroni'),
  failover: loseLeader,
  resume: (fake) => setPaused(fake, true),
  unschedule: (fake) => {
    dcsIn(fake).failover = { leader: 'pg1', candidate: 'pg2', scheduledAt: '2026-11-30T02:00:00+00:00' };
  },
  undrain: (fake) => drained(fake),
  'kept-clean': keep,
  rebuild: diverge,
  'streaming-rebuild': splitData,
  release: wedge,
};

export function typedFor(runbook: string): object {
  return TYPED[runbook] ?? { cluster: CLUSTER };
}

/** Makes the cluster such that the runbook has something to do. */
export function prepareFor(runbook: string, fake: FakeCluster): FakeCluster {
  PREPARED[runbook]?.(fake);
  return fake;
}

/** A fake cluster on which the runbook has something to do. */
export const clusterFor = (runbook: string): FakeCluster => prepareFor(runbook, fakeCluster());
