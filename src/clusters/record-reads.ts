import type { Clock } from '../core/clock.ts';
import type { Debt } from '../core/debt.ts';
import { refusal } from '../core/errors.ts';
import type { Incident, IncidentSummary, LeaderChange } from '../core/incident.ts';
import type { MaintenanceLock } from '../core/maintenance.ts';
import type { Journal, Run } from '../core/run.ts';
import type { Silence } from '../core/silence.ts';
import type { View } from '../core/view.ts';
import { within } from '../core/within.ts';
import type { ClusterParts } from './parts.ts';
import { incidentReads } from './incident-reads.ts';
import { partsOf } from './seen-parts.ts';

/** What the view needs of the store. */
export interface KeptRecords {
  runs(filter: { readonly cluster?: string; readonly open?: boolean; readonly limit: number }): Promise<readonly Run[]>;
  unreadableRuns: View['unreadableRuns'];
  run(id: string): Promise<{ readonly run: Run; readonly journal: Journal } | undefined>;
  lastLeaderChange(cluster: string): Promise<LeaderChange | undefined>;
  leaderChanges(cluster: string): Promise<readonly LeaderChange[]>;
  openIncidents(cluster: string): Promise<readonly IncidentSummary[]>;
  debts(): Promise<readonly Debt[]>;
  maintenance(cluster: string): Promise<MaintenanceLock | undefined>;
  openReviews(): Promise<readonly Run[]>;
  openIncidentsOfAll(): Promise<readonly Incident[]>;
  /** Resolved ones as well, the newest first. */
  recentIncidents(limit: number): Promise<readonly Incident[]>;
  incident(name: string): Promise<Incident | undefined>;
  silences(): Promise<readonly Silence[]>;
}

/** What of the View the store answers. */
export type RecordReads = Pick<
  View,
  | 'runs'
  | 'unreadableRuns'
  | 'run'
  | 'lastLeaderChange'
  | 'leaderChanges'
  | 'openIncidents'
  | 'debts'
  | 'maintenance'
  | 'openReviews'
  | 'incidents'
  | 'incident'
  | 'silences'
>;

/** The kept records of the clusters in `seen`; `all`: these are all that there are. */
export function recordReads(
  seen: readonly ClusterParts[],
  { records: kept, all, clock }: { readonly records: KeptRecords; readonly all: boolean; readonly clock: Clock },
): RecordReads {
  const records = patient(kept, clock);
  const parts = (name: string) => partsOf(seen, name);
  return {
    runs: async (filter) => visibleRuns(filter, seen, { records, all }),
    async unreadableRuns(filter) {
      if (filter.cluster !== undefined) parts(filter.cluster);
      const names = seen.map(({ info }) => info.name);
      const found = await records.unreadableRuns(filter);
      return found.filter(({ cluster }) => (cluster === undefined ? all : all || names.includes(cluster)));
    },
    run: async (id) => visibleRun(id, seen, records),
    lastLeaderChange: async (cluster) => records.lastLeaderChange(parts(cluster).info.name),
    leaderChanges: async (cluster) => records.leaderChanges(parts(cluster).info.name),
    openIncidents: async (cluster) => records.openIncidents(parts(cluster).info.name),
    async debts(cluster) {
      const names = cluster === undefined ? seen.map(({ info }) => info.name) : [parts(cluster).info.name];
      return (await records.debts()).filter((debt) => names.includes(debt.cluster));
    },
    maintenance: async (cluster) => records.maintenance(parts(cluster).info.name),
    openReviews: async () =>
      (await records.openReviews()).filter(({ cluster }) => seen.some(({ info }) => info.name === cluster)),
    ...incidentReads(seen, records),
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
    leaderChanges: (cluster) => within(clock, RECORDS_MS, records.leaderChanges(cluster)),
    openIncidents: (cluster) => within(clock, RECORDS_MS, records.openIncidents(cluster)),
    debts: () => within(clock, RECORDS_MS, records.debts()),
    maintenance: (cluster) => within(clock, RECORDS_MS, records.maintenance(cluster)),
    openReviews: () => within(clock, RECORDS_MS, records.openReviews()),
    openIncidentsOfAll: () => within(clock, RECORDS_MS, records.openIncidentsOfAll()),
    recentIncidents: (limit) => within(clock, RECORDS_MS, records.recentIncidents(limit)),
    incident: (name) => within(clock, RECORDS_MS, records.incident(name)),
    silences: () => within(clock, RECORDS_MS, records.silences()),
  };
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
