import { z } from 'zod';
import type { EtcdEndpoint } from '../core/cluster.ts';
import { ClusterName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { known } from '../core/reading.ts';
import { holds, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const { state, build } = defineState({
  name: 'dcs-has-quorum',
  args: z.object({ cluster: ClusterName }),
  says: () => 'etcd has a quorum and no alarm',
  async judge({ cluster }, view) {
    const { dcs, etcd } = await view.snapshot(cluster);
    return dcs.ok ? judgeQuorum(etcd) : notYet(`the DCS cannot be read: ${dcs.why}`);
  },
});

export const dcsHasQuorumState = state;

/** More than half of etcd's members are healthy and see a leader, and none has an alarm. */
export const dcsHasQuorum = (cluster: string): StateData => build({ cluster });

/** Pure part. An alarm (NOSPACE, CORRUPT) makes etcd refuse writes, so that no leader key can be taken (etcd docs, maintenance). */
export function judgeQuorum(etcd: readonly EtcdEndpoint[]): Verdict {
  const healthy = etcd.filter(({ health }) => known(health)?.hasLeader);
  const alarms = etcd.flatMap(({ endpoint, health }) => (known(health)?.alarms ?? []).map((alarm) => `${alarm} on ${endpoint}`));
  const count = `${healthy.length} of ${etcd.length} etcd members answer and see a leader`;
  if (healthy.length * 2 <= etcd.length) return notYet(`${count}: no quorum`);
  if (alarms.length > 0) return notYet(`etcd has the alarm ${alarms.join(', ')}`);
  return holds(count);
}
