import { known } from '../../core/reading.ts';
import { formatDuration } from '../../core/units.ts';
import type { Observation } from './observation.ts';
import { root } from './roots.ts';
import type { ClusterSight } from './sight.ts';

/** Patroni's default, where etcd can not be asked (docs/dynamic_configuration.rst). */
const TTL_S = 30;

/** Whether the members' Patroni, or only Trunkline, has lost etcd, and what Patroni does then. */
export function dcsConditions(sight: ClusterSight): readonly Observation[] {
  const { snapshot } = sight;
  if (snapshot.cluster.mode !== 'patroni') return [];
  const says = lost(sight);
  if (!says) return [];
  const cluster = root.cluster(snapshot.cluster.name);
  return [{ situation: 'dcs-lost', ...says, joins: [cluster], provides: [cluster] }];
}

type Seen = Pick<Observation, 'says' | 'severity' | 'evidence'>;

function lost({ snapshot }: ClusterSight): Seen | undefined {
  const { name } = snapshot.cluster;
  const ttlMs = (known(snapshot.dcs)?.config.ttlS ?? TTL_S) * 1000;
  const seen = snapshot.members.flatMap(({ name: member, patroni }) => {
    const lastSeenS = known(patroni)?.dcsLastSeenS;
    return lastSeenS === undefined ? [] : [{ member, ageMs: Math.max(0, snapshot.startedAtMs - lastSeenS * 1000) }];
  });
  const newest = seen.toSorted((a, b) => a.ageMs - b.ageMs)[0];
  if (newest && newest.ageMs > ttlMs)
    return {
      says: `Patroni has lost etcd: ${newest.member} last reached it ${formatDuration(newest.ageMs)} ago; ${then(snapshot)}`,
      evidence: 'dcs_last_seen by REST',
    };
  if (snapshot.dcs.ok) return undefined;
  const { why } = snapshot.dcs;
  if (!newest)
    return { says: `etcd can not be read: ${why}; no Patroni answers that could say more`, evidence: snapshot.dcs.source };
  const fresh = `Patroni on ${newest.member} reached it ${formatDuration(newest.ageMs)} ago`;
  return {
    severity: 'warning',
    says: `Trunkline can not read the keys of ${name} in etcd (${why}), though ${fresh}: leader changes may be told late`,
    evidence: snapshot.dcs.source,
  };
}

function then({ members }: ClusterSight['snapshot']): string {
  const active = members.some(({ patroni }) => known(patroni)?.failsafeActive);
  return active
    ? 'failsafe mode keeps the primary while every member answers'
    : 'without failsafe mode Patroni demotes the primary, and nobody is promoted';
}
