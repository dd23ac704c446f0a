import type { JsonObject } from '../../core/json.ts';
import { backupConditions } from './backup-conditions.ts';
import { clusterBlind } from './cluster-blind.ts';
import { dcsConditions } from './dcs-conditions.ts';
import { diskConditions } from './disk-conditions.ts';
import { foundConditions } from './found-conditions.ts';
import { lagConditions } from './lag-conditions.ts';
import { memberConditions } from './member-conditions.ts';
import type { Look, Observation } from './observation.ts';
import { root } from './roots.ts';
import type { Thresholds } from './settings.ts';
import type { ClusterSight } from './sight.ts';
import { timelineConditions } from './timeline-conditions.ts';

/** Everything that is wrong with a cluster by one look. Pure. */
export function clusterLook(sight: ClusterSight, thresholds: Thresholds, memory: JsonObject): Look {
  const timeline = timelineConditions(sight, thresholds, memory);
  const observations = [
    ...(sightless(sight) ?? foundConditions(sight)),
    ...memberConditions(sight, thresholds),
    ...lagConditions(sight, thresholds),
    ...diskConditions(sight, thresholds),
    ...dcsConditions(sight),
    ...timeline.observations,
    ...backupConditions(sight),
  ];
  const etcd = sight.etcd !== undefined && dcsIsInTrouble(observations) ? [root.etcd(sight.etcd)] : [];
  return {
    observations: observations.map((one) => ({ ...one, joins: [...etcd, ...one.joins] })),
    blind: clusterBlind(sight),
    memory: timeline.memory,
  };
}

/** While no member answers at all it is one trouble of the whole cluster, and not one of each of its members. */
function sightless(sight: ClusterSight): readonly Observation[] | undefined {
  const { cluster, members } = sight.snapshot;
  if (members.length < 2 || members.some(({ sql, patroni }) => sql.ok || patroni.ok)) return undefined;
  const why = members.map(({ name, sql }) => `${name}: ${sql.ok ? '' : sql.why}`).join('; ');
  const says = `no member of ${cluster.name} answers: the cluster is down, or Trunkline is cut off from it`;
  const found = foundConditions({ ...sight, found: sight.found.filter(({ id }) => !AS_ONE.includes(id)) });
  const roots = [root.cluster(cluster.name)];
  const hosts = members.map(({ host }) => root.host(host));
  return [{ situation: 'no-leader', says, evidence: why, joins: [...roots, ...hosts], provides: [...roots, ...hosts] }, ...found];
}

const AS_ONE: readonly string[] = ['member-silent', 'leader-silent', 'member-not-in-dcs', 'no-leader'];

/** Then everything of the cluster may follow from it. */
function dcsIsInTrouble(observations: readonly Observation[]): boolean {
  return observations.some(
    ({ situation, severity }) => situation === 'failsafe-active' || (situation === 'dcs-lost' && severity !== 'warning'),
  );
}
