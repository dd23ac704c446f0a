import type { Snapshot } from './cluster.ts';
import { known } from './reading.ts';

/** What Patroni was told to do later. */
export interface PatroniOrder {
  readonly cluster: string;
  /** Whose restart; the cluster's switchover where absent. */
  readonly member?: string;
  /** As Patroni holds it: ISO 8601 with its zone. */
  readonly at: string;
  /** `switchover pg1 -> pg2`, `restart of pg2`. */
  readonly says: string;
}

/** By what a snapshot shows: the failover key of the DCS, and each member's own word on its restart; the switchover first. */
export function ordersOf({ cluster, dcs, members }: Pick<Snapshot, 'cluster' | 'dcs' | 'members'>): readonly PatroniOrder[] {
  const failover = known(dcs)?.failover;
  const route = `${failover?.leader ?? 'the leader'} -> ${failover?.candidate ?? 'any healthy member'}`;
  const switchover = failover?.scheduledAt
    ? [{ cluster: cluster.name, at: failover.scheduledAt, says: `switchover ${route}` }]
    : [];
  const restarts = members.flatMap(({ name, patroni }) => {
    const at = known(patroni)?.scheduledRestart;
    return at ? [{ cluster: cluster.name, member: name, at, says: `restart of ${name}` }] : [];
  });
  return [...switchover, ...restarts];
}

/** The cluster's switchover, or with `member` that member's restart. */
export function orderOf(snapshot: Parameters<typeof ordersOf>[0], member?: string): PatroniOrder | undefined {
  return ordersOf(snapshot).find((order) => order.member === member);
}
