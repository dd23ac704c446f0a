import { z } from 'zod';
import type { Backups } from '../core/backups.ts';
import type { Snapshot } from '../core/cluster.ts';
import { known, type Reading } from '../core/reading.ts';
import { replayedTimeline } from '../core/replayed-timeline.ts';
import type { Server } from '../core/server.ts';
import type { Sighting } from '../core/sighting.ts';
import type { Upstream } from '../core/upstream.ts';
import type { View } from '../core/view.ts';
import { LeftClaims, lookForClaims } from './left-claims.ts';

const isObject = (value: unknown) => typeof value === 'object' && value !== null;

/** What a failover of a plain streaming cluster is planned from. */
export const PlainFailoverFacts = z.object({
  snapshot: z.custom<Snapshot>(isObject),
  /** Who led last, by the standbys' own settings; absent when that can't be told. */
  leader: z.string().optional(),
  /** What the other members' hosts see of it. */
  sightings: z.array(z.custom<Sighting>(isObject)),
  servers: z.record(z.string(), z.custom<Reading<Server>>(isObject)),
  upstreams: z.record(z.string(), z.custom<Reading<Upstream>>(isObject)),
  /** Absent where no backup tool is configured. */
  backups: z.custom<Reading<Backups>>(isObject).optional(),
  claims: LeftClaims,
});
export type PlainFailoverFacts = z.output<typeof PlainFailoverFacts>;

/** Reads everything afresh; what the other hosts see of the primary takes the longest, up to 5 s. */
export async function lookForPlainFailover(cluster: string, view: View): Promise<z.input<typeof PlainFailoverFacts>> {
  const [read, backups] = await Promise.all([lookAtLost(cluster, view), view.backups(cluster)]);
  return { ...read, ...(backups ? { backups } : {}) };
}

async function lookAtLost(cluster: string, view: View): Promise<z.input<typeof PlainFailoverFacts>> {
  const names = view.cluster(cluster).members.map(({ name }) => name);
  const each = async <T>(ask: (name: string) => Promise<T>) =>
    Object.fromEntries(await Promise.all(names.map(async (name) => [name, await ask(name)] as const)));
  const [snapshot, servers, upstreams] = await Promise.all([
    view.snapshot(cluster),
    each((name) => view.server(cluster, name)),
    each((name) => view.upstream(cluster, name)),
  ]);
  const leader = lostPrimary(snapshot, upstreams);
  const [sightings, claims] = await Promise.all([
    leader === undefined ? [] : view.sightings(cluster, leader),
    claimsOf({ snapshot, servers, leader }, view),
  ]);
  return { snapshot, sightings: [...sightings], claims, servers, upstreams, ...(leader === undefined ? {} : { leader }) };
}

/** On all hosts but the lost one's, as the server of whoever was promoted may be down by now; of the newest life that is replayed. */
async function claimsOf(
  { snapshot, servers, leader }: Pick<PlainFailoverFacts, 'snapshot' | 'servers'> & { readonly leader: string | undefined },
  view: View,
): Promise<LeftClaims> {
  const standbys = snapshot.members.flatMap(({ name, sql }) => (sql.ok && sql.value.inRecovery ? [{ name, sql }] : []));
  const systemId = standbys[0]?.sql.value.systemId;
  const timelines = standbys.flatMap(({ name, sql }) => replayedTimeline({ sql }, servers[name])?.timeline ?? []);
  if (systemId === undefined || timelines.length === 0) return {};
  const life = { systemId, timeline: Math.max(...timelines) };
  const members = snapshot.members.map(({ name }) => name).filter((name) => name !== leader);
  return lookForClaims({ cluster: snapshot.cluster.name, life, members }, view);
}

/** The member to which every standby that answers points; without one, the only member that does not answer. */
export function lostPrimary({ members }: Snapshot, upstreams: PlainFailoverFacts['upstreams']): string | undefined {
  const standbys = members.filter(({ sql }) => known(sql)?.inRecovery);
  const rest = members.filter((member) => !standbys.includes(member));
  const hosts = new Set(standbys.map(({ name }) => known(upstreams[name])?.host));
  const pointed = rest.filter(({ name, host }) => hosts.size === 1 && (hosts.has(host) || hosts.has(name)));
  const silent = rest.filter(({ sql }) => !sql.ok);
  const [only] = pointed.length === 1 ? pointed : silent.length === 1 ? silent : [];
  return only?.name;
}

/** The facts whose change makes an approval stale; what could not be read is null. */
export function plainFailoverMaterial({ snapshot, leader }: PlainFailoverFacts) {
  const standbys = snapshot.members.flatMap(({ name, sql }) =>
    sql.ok && sql.value.inRecovery ? [{ name, sql: sql.value }] : [],
  );
  const [first] = standbys;
  return {
    systemId: first?.sql.systemId ?? null,
    leader: leader ?? null,
    timeline: first ? Math.max(...standbys.map(({ sql }) => sql.timeline)) : null,
    standbys: standbys.map(({ name }) => name).sort(),
  };
}
