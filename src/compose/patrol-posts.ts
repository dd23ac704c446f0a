import { clusterLook } from '../alerts/conditions/cluster-look.ts';
import { etcdLook } from '../alerts/conditions/etcd-look.ts';
import type { ClusterSight, EtcdSight } from '../alerts/conditions/sight.ts';
import type { Post } from '../alerts/patrol.ts';
import { createPatrolReads, type PatrolReads } from '../clusters/patrol-snapshot.ts';
import type { ClusterConfig, Config } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import { plain } from '../core/message.ts';
import { takeReading } from '../core/take-reading.ts';
import type { Limits } from '../core/view.ts';
import type { Etcd } from '../etcd/client.ts';
import { judge } from '../status/judge.ts';
import type { Runs } from '../store/runs.ts';
import type { Reads } from './build-reads.ts';
import { scopePrefix } from './cluster-sources.ts';
import { situationsOf } from './situations-of.ts';

interface Needs {
  readonly config: Config;
  readonly reads: Pick<Reads, 'clusters' | 'etcds'>;
  readonly runs: Pick<Runs, 'list'>;
  readonly clock: Clock;
}

/** Everything that is looked at: each cluster, and each etcd once for all clusters that hang on it. */
export function patrolPosts(needs: Needs): readonly Post[] {
  const { config, reads } = needs;
  const clusters = reads.clusters.map(({ config: cluster, parts }) => {
    const sees = createPatrolReads(parts, needs.clock);
    return clusterPost(needs, cluster, () => clusterSight(cluster, sees, parts.limits));
  });
  const etcds = [...reads.etcds].flatMap(([name, etcd]) => {
    const on = config.clusters.filter((one) => one.mode === 'patroni' && one.etcd === name);
    return on.length === 0 ? [] : [etcdPost(needs, name, etcd, on)];
  });
  return [...clusters, ...etcds];
}

function clusterPost({ config, runs }: Needs, cluster: ClusterConfig, sight: () => Promise<ClusterSight>): Post {
  const settings = situationsOf(config, cluster);
  return {
    name: cluster.name,
    settings,
    look: async (memory) => clusterLook(await sight(), settings.thresholds, memory),
    async ourRunWorks() {
      const open = await runs.list({ cluster: cluster.name, open: true, limit: 10 }).catch(() => []);
      return open.some(({ state }) => state === 'running' || state === 'cancelling');
    },
  };
}

/** One snapshot and what the judgement of `/pg status` makes of it, as the alerts want it. */
export async function clusterSight(
  { etcd, haproxy }: Pick<ClusterConfig, 'etcd' | 'haproxy'>,
  sees: PatrolReads,
  limits: Limits,
): Promise<ClusterSight> {
  const snapshot = await sees.snapshot();
  const backups = sees.backups();
  const { facts, findings } = judge(snapshot, limits);
  return {
    snapshot,
    found: findings.map(({ id, sign, says, about }) => ({
      id,
      sign,
      says: plain(says),
      ...(about === undefined ? {} : { about }),
    })),
    lags: facts.lags,
    ...(facts.evidence.primary === undefined ? {} : { primary: facts.evidence.primary }),
    primaryBySql: facts.primarySql !== undefined,
    ...(etcd === undefined ? {} : { etcd }),
    proxyHosts: Object.fromEntries((haproxy?.hosts ?? []).map(({ name, host }) => [name, host])),
    ...(backups ? { backups } : {}),
  };
}

function etcdPost({ config, clock }: Needs, name: string, etcd: Etcd, on: readonly ClusterConfig[]): Post {
  const settings = situationsOf(config);
  return {
    name: `etcd ${name}`,
    settings,
    look: async (memory) => etcdLook(await etcdSight(etcd, { name, on, clock }), settings.thresholds, memory),
    ourRunWorks: async () => false,
  };
}

/** Everything of one etcd, read at once. */
async function etcdSight(
  etcd: Etcd,
  { name, on, clock }: { readonly name: string; readonly on: readonly ClusterConfig[]; readonly clock: Clock },
): Promise<EtcdSight> {
  const told = (error: unknown) => asError(error).message;
  const [first] = on;
  const key = `${first ? scopePrefix(first) : '/'}leader`;
  const [endpoints, quorum, members, pace] = await Promise.all([
    etcd.endpointHealth(),
    takeReading({ source: `etcd, ${key}`, clock, told, take: () => etcd.readScope(key, { keysOnly: true }) }),
    takeReading({ source: `members of etcd ${name}`, clock, told, take: () => etcd.members() }),
    etcd.pace(),
  ]);
  return { name, atMs: clock.now(), clusters: on.map((one) => one.name), endpoints, quorum, members, pace };
}
