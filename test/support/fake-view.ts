import { noIncidents } from './no-incidents.ts';
import type { Snapshot } from '../../src/core/cluster.ts';
import type { LagSample } from '../../src/core/lag-sample.ts';
import type { ConfigReadings } from '../../src/core/cluster-config.ts';
import type { Debt } from '../../src/core/debt.ts';
import { refusal } from '../../src/core/errors.ts';
import type { IncidentSummary, LeaderChange } from '../../src/core/incident.ts';
import type { MaintenanceLock } from '../../src/core/maintenance.ts';
import type { Run } from '../../src/core/run.ts';
import type { View } from '../../src/core/view.ts';
import { noStandbyReads } from './no-standby-reads.ts';
import { limits, NOW, notRead } from './snapshots.ts';

/** What a fake view answers with; an Error is thrown instead. */
export interface Shown {
  readonly snapshots: readonly Snapshot[];
  readonly change?: LeaderChange | Error;
  readonly runs?: readonly Run[] | Error;
  readonly incidents?: readonly IncidentSummary[];
  readonly maintenance?: MaintenanceLock;
  readonly lag?: readonly LagSample[];
  readonly debts?: readonly Debt[];
  readonly changes?: readonly LeaderChange[];
  readonly config?: ConfigReadings;
}

/** A view of hand-written snapshots. */
export function fakeView(shown: Shown): View {
  const { snapshots, change, runs = [], incidents = [], maintenance, lag = [], debts = [], changes = [], config } = shown;
  const find = (name: string): Snapshot => {
    const found = snapshots.find(({ cluster }) => cluster.name === name);
    if (!found)
      throw refusal(`there is no cluster '${name}'`, `Known: ${snapshots.map(({ cluster }) => cluster.name).join(', ')}.`);
    return found;
  };
  return {
    clusters: () => snapshots.map(({ cluster }) => cluster),
    cluster: (name) => find(name).cluster,
    snapshot: async (name) => find(name),
    proxies: async (name) => find(name).proxies,
    vip: async (name) => find(name).vip,
    dcs: async (name) => find(name).dcs,
    member: async (name, member) => {
      const found = find(name).members.find((one) => one.name === member);
      if (!found) throw refusal(`there is no member '${member}'`, 'Look at the cluster.');
      return found;
    },
    sql: async (name, member) => find(name).members.find((one) => one.name === member)?.sql ?? notRead('no such member'),
    activity: async () => notRead('not in this fake'),
    server: async () => notRead('not in this fake'),
    poolers: async () => [],
    backups: async () => undefined,
    resumeTimers: async () => [],
    reach: async () => notRead('not in this fake'),
    lingering: async () => [],
    configLoadedAt: async () => notRead('not in this fake'),
    config: async () => config ?? { dynamic: notRead('not in this fake'), members: [] },
    ...closer,
    upstream: async () => notRead('not in this fake'),
    replicationLogin: async () => notRead('not in this fake'),
    sightings: async () => [],
    leaderLease: async () => notRead('not in this fake'),
    dataDirectory: async () => notRead('not in this fake'),
    kept: async () => notRead('not in this fake'),
    rewindSource: async () => notRead('not in this fake'),
    unit: async () => notRead('not in this fake'),
    claim: async () => notRead('not in this fake'),
    lastWrite: () => notRead('not in this fake'),
    standbys: noStandbyReads,
    lagHistory: () => lag,
    limits: () => limits,
    runs: async () => orThrow(runs),
    run: async (id) => {
      const run = orThrow(runs).find((one) => one.id === id);
      if (!run) throw refusal(`there is no run ${id}`, 'Look at /pg runs.');
      return { run, journal: {} };
    },
    lastLeaderChange: async () => orThrow(change),
    leaderChanges: async () => changes,
    openIncidents: async () => incidents,
    unreadableRuns: async () => [],
    debts: async () => debts,
    ...noIncidents,
    maintenance: async () => maintenance,
    openReviews: async () => orThrow(runs).filter(({ breakGlass }) => breakGlass && !breakGlass.review),
    now: () => NOW,
  };
}

/** What is read for a closer look: nothing is, here. */
const closer: Pick<View, 'sessions' | 'backend' | 'clients' | 'slots' | 'memberLog'> = {
  sessions: async () => notRead('not in this fake'),
  backend: async () => notRead('not in this fake'),
  clients: async () => notRead('not in this fake'),
  slots: async () => notRead('not in this fake'),
  memberLog: async () => notRead('not in this fake'),
};

function orThrow<T>(value: T | Error): T {
  if (value instanceof Error) throw value;
  return value;
}
