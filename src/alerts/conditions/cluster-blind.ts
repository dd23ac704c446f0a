import { known } from '../../core/reading.ts';
import type { ConditionName } from '../../core/situation-name.ts';
import type { Look } from './observation.ts';
import type { ClusterSight } from './sight.ts';

/** Read from the primary by SQL. */
const BY_PRIMARY: readonly ConditionName[] = [
  ...(['replication-stopped', 'replication-lag', 'no-successor', 'sync-standby-missing', 'slot-inactive'] as const),
  ...(['slot-nearly-lost', 'archiver-failing', 'member-diverged', 'member-stuck', 'timeline-jump', 'proxy-disagrees'] as const),
];
/** Read from a member itself, by REST. */
const BY_REST: readonly ConditionName[] = ['pending-restart', 'watchdog-failed', 'member-stuck', 'failsafe-active'];
/** Can not be told of a member that is silent. */
const OF_MEMBER: readonly ConditionName[] = [
  ...(['replication-stopped', 'replication-lag', 'member-diverged', 'other-database', 'key-without-primary'] as const),
];
const BY_DCS: readonly ConditionName[] = ['no-leader', 'key-without-primary', 'sync-standby-missing', 'member-diverged'];
const BY_PROXY: readonly ConditionName[] = ['proxy-no-primary', 'proxy-two-primaries', 'proxy-disagrees'];
const BY_VIP: readonly ConditionName[] = ['vip-no-holder', 'vip-two-holders'];
const BY_BACKUPS: readonly ConditionName[] = ['backup-none', 'backup-old', 'backup-failed'];

/** What one look at a cluster could not see, so that it is neither begun nor over. */
export function clusterBlind(sight: ClusterSight): Look['blind'] {
  const { snapshot, primaryBySql, backups } = sight;
  const patroni = snapshot.cluster.mode === 'patroni';
  const noRest = patroni && snapshot.members.every((member) => !member.patroni.ok);
  return [
    ...(primaryBySql ? [] : all(BY_PRIMARY)),
    ...(patroni && !snapshot.dcs.ok ? all(BY_DCS) : []),
    ...(sight.found.some(({ id }) => id === 'leader-unknown') ? all(['no-leader']) : []),
    // One of the two may only be cut off from here.
    ...(snapshot.members.some(({ sql, patroni: rest }) => !sql.ok && !rest.ok) ? all(['two-primaries']) : []),
    ...(noRest ? all(['failsafe-active', 'dcs-lost']) : []),
    ...(noRest && !snapshot.dcs.ok ? all(['paused-too-long']) : []),
    ...snapshot.members.flatMap(({ name, sql, patroni: rest, disk }) => [
      ...(sql.ok || rest.ok ? [] : all(OF_MEMBER, name)),
      ...(rest.ok || !patroni ? [] : all(BY_REST, name)),
      ...(disk.ok ? [] : all(['disk-low'], name)),
    ]),
    ...snapshot.proxies.flatMap(({ name, stats }) => (stats.ok ? [] : all(BY_PROXY, name))),
    ...(snapshot.vip?.holders.ok === false ? all(BY_VIP) : []),
    ...(backups && known(backups) === undefined ? all(BY_BACKUPS) : []),
  ];
}

function all(situations: readonly ConditionName[], about?: string): Look['blind'] {
  return situations.map((situation) => ({ situation, ...(about === undefined ? {} : { about }) }));
}
