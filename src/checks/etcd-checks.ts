import { blocked, type Check, passed, warned } from '../core/check.ts';
import type { Snapshot } from '../core/cluster.ts';
import { known } from '../core/reading.ts';
import { etcdLeaderCheck } from './etcd-leader-check.ts';

/** What the etcd checks are made from. */
interface EtcdFacts {
  readonly facts: { readonly snapshot: Pick<Snapshot, 'etcd' | 'etcdTerm'>; readonly atMs: number };
}

/** etcd can take the write of a new leader: a quorum, a leader, no alarm (etcd docs, op-guide/maintenance). */
export function etcdChecks({ facts: { snapshot, atMs } }: EtcdFacts): readonly Check[] {
  const { etcd } = snapshot;
  const healthy = etcd.filter(({ health }) => known(health)?.hasLeader);
  const alarms = etcd.flatMap(({ endpoint, health }) => (known(health)?.alarms ?? []).map((alarm) => `${alarm} on ${endpoint}`));
  return [
    quorum(
      healthy.length,
      etcd.length,
      etcd.filter(({ health }) => !health.ok).map(({ endpoint }) => endpoint),
    ),
    noAlarm(alarms),
    etcdLeaderCheck(snapshot.etcdTerm, atMs),
  ];
}

function quorum(healthy: number, all: number, silent: readonly string[]): Check {
  const id = 'etcd-quorum';
  const says = `${healthy} of ${all} etcd members answer and see a leader${silent.length > 0 ? `; silent: ${silent.join(', ')}` : ''}`;
  const limit = `at least ${Math.floor(all / 2) + 1}`;
  if (healthy * 2 <= all)
    return blocked(id, says, 'Bring etcd back first; restart no PostgreSQL meanwhile.', { hard: true, limit });
  return healthy === all
    ? passed(id, says, limit)
    : warned(id, says, 'One more loss may cost the quorum: see to etcd soon.', limit);
}

function noAlarm(alarms: readonly string[]): Check {
  return alarms.length === 0
    ? passed('etcd-alarms', 'etcd has no alarm')
    : blocked(
        'etcd-alarms',
        `etcd has an alarm: ${alarms.join(', ')}`,
        'See to it first: etcd refuses writes until it is cleared.',
        { hard: true },
      );
}
