import type { JsonObject } from '../../core/json.ts';
import type { ConditionName } from '../../core/situation-name.ts';
import { etcdDisks } from './etcd-disks.ts';
import { etcdLeaders } from './etcd-leaders.ts';
import { etcdMemberCount } from './etcd-member-count.ts';
import type { Look, Observation } from './observation.ts';
import { root } from './roots.ts';
import type { Thresholds } from './settings.ts';
import type { EtcdSight } from './sight.ts';

/** Everything that is wrong with an etcd by one look, told once for all clusters that hang on it. Pure. */
export function etcdLook(sight: EtcdSight, thresholds: Thresholds, memory: JsonObject): Look {
  const disks = etcdDisks(sight, thresholds, memory);
  const leaders = etcdLeaders(sight, thresholds, memory);
  const observations = [
    ...quorum(sight),
    ...leaderless(sight),
    ...alarms(sight),
    ...down(sight),
    ...etcdMemberCount(sight),
    ...disks.observations,
    ...leaders.observations,
  ];
  return { observations, blind: blind(sight), memory: { ...disks.memory, ...leaders.memory } };
}

function quorum(sight: EtcdSight): readonly Observation[] {
  const { endpoints, name } = sight;
  const answered = endpoints.filter(({ health }) => health.ok).length;
  const needed = Math.floor(endpoints.length / 2) + 1;
  if (sight.quorum.ok || answered >= needed) return [];
  const says = `etcd ${name} has no quorum: ${answered} of ${endpoints.length} members answer, ${needed} are needed`;
  const why = endpoints.flatMap(({ endpoint, health }) => (health.ok ? [] : [`${endpoint}: ${health.why}`]));
  return [{ ...whole(sight, 'etcd-no-quorum', says), evidence: why.join('; ') }];
}

function leaderless(sight: EtcdSight): readonly Observation[] {
  const answered = sight.endpoints.flatMap(({ endpoint, health }) => (health.ok ? [{ endpoint, ...health.value }] : []));
  const without = answered.filter(({ hasLeader }) => !hasLeader);
  if (sight.quorum.ok || without.length === 0 || without.length < answered.length) return [];
  const evidence = `status of ${without.map(({ endpoint }) => endpoint).join(', ')}`;
  return [{ ...whole(sight, 'etcd-no-leader', `etcd ${sight.name} has no leader`), evidence }];
}

function alarms(sight: EtcdSight): readonly Observation[] {
  const raised = sight.endpoints.flatMap(({ health }) => (health.ok ? health.value.alarms : []));
  return [...new Set(raised)]
    .filter((alarm) => /^[A-Z]+$/.test(alarm))
    .map((alarm) => {
      const means = alarm === 'NOSPACE' ? ': it takes no writes, so Patroni can not renew its lease' : '';
      return { ...whole(sight, 'etcd-alarm', `etcd ${sight.name} raises the alarm ${alarm}${means}`), about: alarm };
    });
}

function down(sight: EtcdSight): readonly Observation[] {
  const { endpoints, name } = sight;
  const silent = endpoints.filter(({ health }) => !health.ok);
  const left = endpoints.length - silent.length;
  return silent.map(({ endpoint, health }) => ({
    situation: 'etcd-member-down' as const,
    about: endpoint,
    says: `etcd ${name}: ${endpoint} does not answer (${health.ok ? '' : health.why}); ${left} of ${endpoints.length} members do`,
    joins: [root.etcd(name), root.host(hostOf(endpoint))],
    provides: [],
  }));
}

/** It concerns every cluster on it, and much follows from it. */
function whole({ name, clusters }: EtcdSight, situation: ConditionName, text: string): Observation {
  const named = clusters.length > 5 ? `${clusters.slice(0, 5).join(', ')} and ${clusters.length - 5} more` : clusters.join(', ');
  return { situation, says: `${text}; on it: ${named || 'no cluster'}`, joins: [root.etcd(name)], provides: [root.etcd(name)] };
}

function blind({ endpoints, members, pace }: EtcdSight): Look['blind'] {
  const silent = endpoints.filter(({ health }) => !health.ok);
  return [
    ...(silent.length === endpoints.length
      ? [{ situation: 'etcd-alarm' as const }, { situation: 'etcd-leader-changes' as const }]
      : []),
    ...(members.ok ? [] : [{ situation: 'etcd-member-count' as const }]),
    ...Object.entries(pace).flatMap(([about, { ok }]) => (ok ? [] : [{ situation: 'etcd-slow-disk' as const, about }])),
  ];
}

/** The address in an endpoint, as the configuration writes that of a member. */
function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).hostname.replace(/^\[|\]$/g, '') : endpoint;
}
