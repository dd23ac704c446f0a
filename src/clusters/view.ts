import type { Clock } from '../core/clock.ts';
import type { Debt } from '../core/debt.ts';
import { didYouMean } from '../core/did-you-mean.ts';
import { refusal } from '../core/errors.ts';
import type { IncidentSummary, LeaderChange } from '../core/incident.ts';
import type { MaintenanceLock } from '../core/maintenance.ts';
import type { Journal, Run } from '../core/run.ts';
import type { View } from '../core/view.ts';
import { within } from '../core/within.ts';
import { bounded } from './bounded.ts';
import type { LagSampler } from './lag-sampler.ts';
import type { ClusterParts } from './parts.ts';
import { readMember, readMemberServer } from './read-member.ts';
import { readPoolers, readTimers } from './read-poolers.ts';
import { readLease, readSightings } from './read-sightings.ts';
import { readDcs, readSnapshot } from './read-snapshot.ts';

/** What the view needs of the store. */
export interface KeptRecords {
  runs(filter: { readonly cluster?: string; readonly open?: boolean; readonly limit: number }): Promise<readonly Run[]>;
  unreadableRuns: View['unreadableRuns'];
  run(id: string): Promise<{ readonly run: Run; readonly journal: Journal } | undefined>;
  lastLeaderChange(cluster: string): Promise<LeaderChange | undefined>;
  openIncidents(cluster: string): Promise<readonly IncidentSummary[]>;
  debts(): Promise<readonly Debt[]>;
  maintenance(cluster: string): Promise<MaintenanceLock | undefined>;
  openReviews(): Promise<readonly Run[]>;
}

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
  const { clusters, lag, clock } = options;
  const records = patient(options.records, clock);
  return {
    viewFor(visible) {
      const seen = clusters.filter(({ info }) => visible.includes(info.name));
      const parts = (name: string) => partsOf(seen, name);
      return {
        clusters: () => seen.map(({ info }) => info),
        cluster: (name) => parts(name).info,
        snapshot: async (cluster) => readSnapshot(parts(cluster), clock),
        dcs: async (cluster) => readDcs(parts(cluster), clock),
        member: async (cluster, member) => readMember(parts(cluster), memberOf(parts(cluster), member), clock),
        sql: async (cluster, member) => bounded(clock, `SQL on ${member}`, () => parts(cluster).sql.member(member)),
        activity: async (cluster, member) => bounded(clock, `SQL on ${member}`, () => parts(cluster).sql.activity(member)),
        server: async (cluster, member) => readMemberServer(parts(cluster), memberOf(parts(cluster), member).name, clock),
        sightings: async (cluster, member) => readSightings(parts(cluster), memberOf(parts(cluster), member).name, clock),
        poolers: async (cluster) => readPoolers(parts(cluster), clock),
        resumeTimers: async (cluster, unit) => readTimers(parts(cluster), unit, clock),
        leaderLease: async (cluster) => readLease(parts(cluster), clock),
        lagHistory: (cluster) => lag.history(parts(cluster).info.name),
        limits: (cluster) => parts(cluster).limits,
        runs: async (filter) => visibleRuns(filter, seen, { records, all: seen.length === clusters.length }),
        async unreadableRuns(filter) {
          if (filter.cluster !== undefined) parts(filter.cluster);
          const all = seen.length === clusters.length;
          const names = seen.map(({ info }) => info.name);
          const found = await records.unreadableRuns(filter);
          return found.filter(({ cluster }) => (cluster === undefined ? all : all || names.includes(cluster)));
        },
        run: async (id) => visibleRun(id, seen, records),
        lastLeaderChange: async (cluster) => records.lastLeaderChange(parts(cluster).info.name),
        openIncidents: async (cluster) => records.openIncidents(parts(cluster).info.name),
        async debts(cluster) {
          const names = cluster === undefined ? seen.map(({ info }) => info.name) : [parts(cluster).info.name];
          return (await records.debts()).filter((debt) => names.includes(debt.cluster));
        },
        maintenance: async (cluster) => records.maintenance(parts(cluster).info.name),
        openReviews: async () =>
          (await records.openReviews()).filter(({ cluster }) => seen.some(({ info }) => info.name === cluster)),
        now: () => clock.now(),
      };
    },
  };
}

/** A store that took a question and does not answer must not hold up what the clusters themselves say. */
const RECORDS_MS = 1200;

function patient(records: KeptRecords, clock: Clock): KeptRecords {
  return {
    runs: (filter) => within(clock, RECORDS_MS, records.runs(filter)),
    unreadableRuns: (filter) => within(clock, RECORDS_MS, records.unreadableRuns(filter)),
    run: (id) => within(clock, RECORDS_MS, records.run(id)),
    lastLeaderChange: (cluster) => within(clock, RECORDS_MS, records.lastLeaderChange(cluster)),
    openIncidents: (cluster) => within(clock, RECORDS_MS, records.openIncidents(cluster)),
    debts: () => within(clock, RECORDS_MS, records.debts()),
    maintenance: (cluster) => within(clock, RECORDS_MS, records.maintenance(cluster)),
    openReviews: () => within(clock, RECORDS_MS, records.openReviews()),
  };
}

function partsOf(seen: readonly ClusterParts[], name: string): ClusterParts {
  const found = seen.find(({ info }) => info.name === name);
  if (found) return found;
  const names = seen.map(({ info }) => info.name);
  const meant = didYouMean(name, names);
  const known = names.length > 0 ? `You can see: ${names.join(', ')}.` : 'You cannot see any cluster; ask an admin for a role.';
  throw refusal(`there is no cluster ${name}`, meant === undefined ? known : `Did you mean ${meant}? ${known}`);
}

function memberOf({ info }: ClusterParts, name: string): ClusterParts['info']['members'][number] {
  const found = info.members.find((member) => member.name === name);
  if (found) return found;
  throw refusal(`${info.name} has no member ${name}`, `Its members are ${info.members.map((member) => member.name).join(', ')}.`);
}

async function visibleRuns(
  filter: Parameters<View['runs']>[0],
  seen: readonly ClusterParts[],
  { records, all }: { readonly records: KeptRecords; readonly all: boolean },
): Promise<readonly Run[]> {
  if (filter.cluster !== undefined) return records.runs({ ...filter, cluster: partsOf(seen, filter.cluster).info.name });
  // Runs of a cluster that was taken out of the configuration are nobody's to see: who could, is not known any more.
  if (all) return (await records.runs(filter)).filter(({ cluster }) => seen.some(({ info }) => info.name === cluster));
  const each = await Promise.all(seen.map(({ info }) => records.runs({ ...filter, cluster: info.name })));
  return each
    .flat()
    .sort((a, b) => b.createdAtMs - a.createdAtMs)
    .slice(0, filter.limit);
}

async function visibleRun(
  id: string,
  seen: readonly ClusterParts[],
  records: KeptRecords,
): Promise<{ readonly run: Run; readonly journal: Journal }> {
  const found = await records.run(id);
  if (found && seen.some(({ info }) => info.name === found.run.cluster)) return found;
  throw refusal(`there is no run ${id}`, 'List them with `/pg runs`.');
}
