import type { Backups } from '../core/backups.ts';
import type { Debt } from '../core/debt.ts';
import { asError } from '../core/errors.ts';
import type { IncidentSummary, LeaderChange } from '../core/incident.ts';
import type { MaintenanceLock } from '../core/maintenance.ts';
import type { Reading } from '../core/reading.ts';
import type { Run } from '../core/run.ts';
import type { View } from '../core/view.ts';

/** What Trunkline itself knows of a cluster, and its backup tool; the cluster's own state does not depend on it. */
export interface Context {
  readonly change: Reading<LeaderChange | undefined>;
  /** The run that made the last leader change, when it was one of ours. */
  readonly changedBy?: Reading<Run>;
  readonly runs: Reading<readonly Run[]>;
  readonly incidents: Reading<readonly IncidentSummary[]>;
  /** What runs have left behind that does harm. */
  readonly debts: Reading<readonly Debt[]>;
  readonly maintenance: Reading<MaintenanceLock | undefined>;
  /** Absent where no backup tool is configured. */
  readonly backups?: Reading<Backups> | undefined;
}

const OPEN_RUNS = 5;
/** As long as everything else that a status reads may take. */
const BACKUPS_MS = 2500;
const SOURCE = "Trunkline's store";

/** Reads it; a store that is down shows as such and never rejects. */
export async function readContext(view: View, cluster: string): Promise<Context> {
  const [change, runs, incidents, debts, maintenance, backups] = await Promise.all([
    reading(view, () => view.lastLeaderChange(cluster)),
    reading(view, () => view.runs({ cluster, open: true, limit: OPEN_RUNS })),
    reading(view, () => view.openIncidents(cluster)),
    reading(view, () => view.debts(cluster)),
    reading(view, () => view.maintenance(cluster)),
    view.backups(cluster, BACKUPS_MS),
  ]);
  const context = { change, runs, incidents, debts, maintenance, backups };
  const run = change.ok ? change.value?.run : undefined;
  if (run === undefined) return context;
  return { ...context, changedBy: await reading(view, async () => (await view.run(run)).run) };
}

async function reading<T>(view: View, ask: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { ok: true, value: await ask(), source: SOURCE, atMs: view.now() };
  } catch (thrown) {
    return { ok: false, why: asError(thrown).message, source: SOURCE, atMs: view.now() };
  }
}
