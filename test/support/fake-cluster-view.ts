import { noIncidents } from './no-incidents.ts';
import type { AnsweredWrite } from '../../src/core/answered-write.ts';
import type { MemberReadings } from '../../src/core/cluster.ts';
import { copyOf } from './copy-of.ts';
import { refusal } from '../../src/core/errors.ts';
import type { ResumeTimer } from '../../src/core/pooler.ts';
import type { Reading } from '../../src/core/reading.ts';
import type { View } from '../../src/core/view.ts';
import { closerView } from './fake-closer.ts';
import type { FakeCluster } from './fake-cluster.ts';
import { LEDGER, LOST, SPLIT } from './fake-streaming.ts';
import { rebuildViewOf } from './fake-rebuild.ts';
import { configReadings } from './fake-rest.ts';
import { notRead } from './fake-shown.ts';
import { type Loose, NOW, read } from './healthy-cluster.ts';

/** What a fake cluster shows, copied, so that nobody changes it by what he read. */
export function fakeClusterView(of: () => FakeCluster, timers: (unit: string) => readonly ResumeTimer[]): View {
  const plainAt = (cluster: string) => (cluster === LOST ? of().lost : cluster === SPLIT ? of().split : of().ledger);
  const at = (cluster: string) => ([LEDGER, LOST, SPLIT].includes(cluster) ? plainAt(cluster).shown : of().shown);
  const find = (cluster: string, name: string): Loose<MemberReadings> => {
    const member = at(cluster).snapshot.members.find((one) => one.name === name);
    if (!member) throw refusal(`there is no ${name}`, 'Name another.');
    return member;
  };
  return {
    clusters: () => [of().shown.snapshot.cluster],
    cluster: (name) => at(name).snapshot.cluster,
    snapshot: async (name) => copyOf(at(name).snapshot),
    proxies: async (name) => copyOf(at(name).snapshot.proxies),
    vip: async (name) => copyOf(at(name).snapshot.vip),
    dcs: async (name) => copyOf(at(name).snapshot.dcs),
    member: async (cluster, name) => copyOf(find(cluster, name)),
    sql: async (cluster, name) => copyOf(find(cluster, name).sql),
    activity: async (cluster, name) => copyOf(at(cluster).activities[name] ?? notRead()),
    server: async (cluster, name) => copyOf(at(cluster).servers[name] ?? notRead()),
    upstream: async (cluster, name) => copyOf(plainAt(cluster).upstreams[name] ?? notRead()),
    replicationLogin: async (cluster, { from, user }) =>
      copyOf(plainAt(cluster).logins[`${from} as ${user}`] ?? plainAt(cluster).logins[from] ?? notRead()),
    reach: async (_cluster, _from, to) => copyOf(of().shown.reach[to] ?? notRead()),
    lingering: async () => copyOf(of().shown.lingering),
    configLoadedAt: async (cluster, name) => {
      const { sql } = find(cluster, name);
      return sql.ok ? read(of().loaded.get(name) ?? NOW - 86_400_000) : copyOf(sql);
    },
    sightings: async (cluster, name) => copyOf(at(cluster).sightings.filter(({ from }) => from !== name)),
    backups: async (cluster) => copyOf(at(cluster).backups),
    poolers: async (cluster) => copyOf(at(cluster).poolers),
    resumeTimers: async (_cluster, unit) => timers(unit),
    leaderLease: async () => copyOf(of().shown.lease),
    ...rebuildViewOf(of),
    standbys: {
      host: async (_cluster, name) => of().standbys.host(name),
      source: async (_cluster, name) => of().standbys.source(name),
      progress: async () => read([]),
      rules: async (_cluster, name) => read(of().standbys.rules(name)),
      etcdAccess: async () => copyOf(of().standbys.etcd),
    },
    claim: async (_cluster, name, id) => {
      const result = of().claims.get(`${name} ${id}`);
      if (result === undefined) return read({ taken: false });
      return read(result === '' ? { taken: true } : { taken: true, result });
    },
    lastWrite: (cluster) => of().lastWrite ?? writeTo(at(cluster).snapshot.members, of().now),
    lagHistory: () => [],
    limits: (cluster) => at(cluster).limits,
    runs: async () => [],
    run: async (id) => {
      throw refusal(`there is no run ${id}`, 'Name another.');
    },
    lastLeaderChange: async () => undefined,
    leaderChanges: async () => [],
    openIncidents: async () => [],
    unreadableRuns: async () => [],
    debts: async () => [...(await of().debts()), ...copyOf(of().closer.debts)],
    config: async () => configReadings(of().config),
    ...noIncidents,
    maintenance: async () => undefined,
    openReviews: async () => [],
    ...closerView(of),
    now: () => of().now,
  };
}

/** A write that was confirmed just now by whoever leads. */
function writeTo(members: readonly Loose<MemberReadings>[], atMs: number): Reading<AnsweredWrite> {
  for (const { sql } of members) {
    if (!sql.ok || sql.value.inRecovery) continue;
    const { systemId, timeline, postmasterStartedAtMs } = sql.value;
    return read({ atMs, systemId, timeline, postmasterStartedAtMs, through: '10.0.0.100:5000' });
  }
  return notRead('no write was confirmed yet');
}
