import type { Etcd3 } from 'etcd3';
import type { Clock } from '../core/clock.ts';
import type { EtcdEndpoint } from '../core/cluster.ts';
import { etcdClause } from './etcd-clause.ts';

/** Status and alarms of one member, in parallel. Alarms go through the quorum, so without a leader they can't be had. */
export async function readHealth(client: Etcd3, endpoint: string, clock: Clock): Promise<EtcdEndpoint> {
  const source = `etcd status of ${endpoint}`;
  const [status, alarms] = await Promise.allSettled([client.maintenance.status(), client.maintenance.alarm({})]);
  const atMs = clock.now();
  if (status.status === 'rejected') return { endpoint, health: { ok: false, why: etcdClause(status.reason), source, atMs } };
  const { header, version, dbSize, leader, raftTerm } = status.value;
  const value = {
    version,
    isLeader: leader === header.member_id,
    hasLeader: leader !== '0',
    dbBytes: Number(dbSize),
    raftTerm,
    memberId: header.member_id,
    alarms:
      alarms.status === 'fulfilled'
        ? alarms.value.alarms.map(({ alarm }) => String(alarm).toUpperCase())
        : leader === '0'
          ? []
          : [`alarms not read: ${etcdClause(alarms.reason)}`],
  };
  return { endpoint, health: { ok: true, value, source, atMs } };
}
