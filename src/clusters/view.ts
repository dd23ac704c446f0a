import type { Clock } from '../core/clock.ts';
import type { View } from '../core/view.ts';
import { bounded, notRead } from './bounded.ts';
import { closerReads } from './closer-reads.ts';
import type { LagSampler } from './lag-sampler.ts';
import type { ClusterParts } from './parts.ts';
import { readMember, readMemberLogin } from './read-member.ts';
import { readPoolers, readTimers } from './read-poolers.ts';
import { readBackups } from './read-backups.ts';
import { readConfig } from './read-config.ts';
import { readLease, readSightings } from './read-sightings.ts';
import { rebuildReads } from './rebuild-reads.ts';
import { readDcs, readProxies, readSnapshot, readVip } from './read-snapshot.ts';
import { type KeptRecords, recordReads } from './record-reads.ts';
import { memberOf, partsOf } from './seen-parts.ts';
import { standbyReads } from './standby-reads.ts';
import { wayReads } from './way-reads.ts';

export interface Views {
  /** The view of somebody who may see these clusters; for all others the clusters, their runs and incidents do not exist. */
  viewFor(visible: readonly string[]): View;
}

/** Composes what is read of the clusters into the one read-only View. Every call asks anew. */
export function createViews(options: {
  readonly clusters: readonly ClusterParts[];
  readonly records: KeptRecords;
  readonly lag: Pick<LagSampler, 'history'>;
  readonly clock: Clock;
}): Views {
  const { clusters, records, lag, clock } = options;
  return {
    viewFor(visible) {
      const seen = clusters.filter(({ info }) => visible.includes(info.name));
      const parts = (name: string) => partsOf(seen, name);
      const find = (cluster: string, name: string) => {
        const of = parts(cluster);
        return { parts: of, member: memberOf(of, name).name };
      };
      return {
        clusters: () => seen.map(({ info }) => info),
        cluster: (name) => parts(name).info,
        snapshot: async (cluster) => readSnapshot(parts(cluster), clock),
        proxies: async (cluster) => readProxies(parts(cluster), clock),
        vip: async (cluster) => readVip(parts(cluster), clock),
        dcs: async (cluster) => readDcs(parts(cluster), clock),
        member: async (cluster, member) => readMember(parts(cluster), memberOf(parts(cluster), member), clock),
        sql: async (cluster, member) => bounded(clock, `SQL on ${member}`, () => parts(cluster).sql.member(member)),
        activity: async (cluster, member) => bounded(clock, `SQL on ${member}`, () => parts(cluster).sql.activity(member)),
        ...wayReads(parts, clock),
        configLoadedAt: async (cluster, member) =>
          bounded(clock, `SQL on ${member}`, () => parts(cluster).sql.configLoadedAt(member)),
        config: async (cluster) => readConfig(parts(cluster), clock),
        ...{ ...closerReads(find, clock), ...rebuildReads(find, clock) },
        upstream: async (cluster, member) => bounded(clock, `SQL on ${member}`, () => parts(cluster).sql.upstream(member)),
        replicationLogin: async (cluster, login) => readMemberLogin(parts(cluster), login, clock),
        sightings: async (cluster, member) => readSightings(parts(cluster), memberOf(parts(cluster), member).name, clock),
        poolers: async (cluster) => readPoolers(parts(cluster), clock),
        resumeTimers: async (cluster, unit) => readTimers(parts(cluster), unit, clock),
        backups: async (cluster, withinMs) => readBackups(parts(cluster), clock, withinMs),
        leaderLease: async (cluster) => readLease(parts(cluster), clock),
        lastWrite: () => notRead(clock, 'the write probe', 'no write probe runs in this process'),
        standbys: standbyReads((cluster, member) => [parts(cluster), memberOf(parts(cluster), member).name], clock),
        lagHistory: (cluster) => lag.history(parts(cluster).info.name),
        limits: (cluster) => parts(cluster).limits,
        ...recordReads(seen, { records, all: seen.length === clusters.length, clock }),
        now: () => clock.now(),
      };
    },
  };
}
