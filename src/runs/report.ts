import { asError } from '../core/errors.ts';
import type { Journal, Run, RunReport } from '../core/run.ts';
import { formatDuration } from '../core/units.ts';
import type { Conclusion } from '../core/runbook.ts';
import type { View } from '../core/view.ts';
import { type MeasuredReport, measuredReport } from './measured-report.ts';
import type { FindRunbook, Observer } from './needs.ts';
import type { Ended } from './step-work.ts';

export interface Ending {
  readonly run: Run;
  readonly journal: Journal;
  readonly view: View;
  readonly ended: Ended | undefined;
  readonly observer: Observer;
  readonly find: FindRunbook;
  /** True when measuring was begun. */
  readonly observed: boolean;
}
type Line = RunReport['lines'][number];

/** The end of a run: what differed, how long each step took, what the cluster shows now, and the measured gap in writes. */
export async function reportOf(ending: Ending): Promise<RunReport> {
  const { run, journal, ended, observer, observed } = ending;
  const drift = (ended?.drift ?? []).map(
    ({ approved, now }): Line => ({ sign: 'warn', text: `approved: ${approved} · now: ${now}` }),
  );
  const measured = observed ? await measure(observer, run) : { lines: [] };
  if (Object.keys(journal).length === 0) return { says: ended?.why ?? run.plan.summary, lines: drift };
  const shown = await conclude(ending);
  return {
    says: ended ? ended.why : shown.says || `done: ${run.plan.summary}`,
    lines: [
      ...drift,
      ...(ended && shown.says ? [info(shown.says)] : []),
      ...measured.lines,
      ...shown.lines,
      ...durations(run, journal),
    ],
    ...(measured.outage ? { outage: measured.outage } : {}),
    ...(!ended && shown.reverse ? { reverse: shown.reverse } : {}),
  };
}

function durations(run: Run, journal: Journal): readonly Line[] {
  return run.plan.steps.flatMap(({ id, title }): Line[] => {
    const entry = journal[id];
    if (entry?.endedAtMs === undefined || entry.mark === 'already') return [];
    return [{ sign: 'info', text: `${title}: ${formatDuration(entry.endedAtMs - entry.startedAtMs)}` }];
  });
}

async function measure(observer: Observer, run: Run): Promise<MeasuredReport> {
  try {
    const measured = await observer.end(run);
    return measured ? measuredReport(measured, run.plan.risk) : { lines: [] };
  } catch (error) {
    return { lines: [{ sign: 'warn', text: `the write outage was not measured: ${asError(error).message}` }] };
  }
}

/** The runbook's own report, by what the cluster shows now; a run whose runbook is gone has none. */
async function conclude({ run, journal, view, find }: Ending): Promise<Conclusion> {
  try {
    const snapshot = await view.snapshot(run.cluster);
    const ended = { material: run.material, plan: run.plan, journal, snapshot };
    return find(run.runbook)?.runbook.conclude(run.input, ended) ?? { says: '', lines: [] };
  } catch (error) {
    return { says: '', lines: [{ sign: 'warn', text: `the cluster could not be read afterwards: ${asError(error).message}` }] };
  }
}

const info = (text: string): Line => ({ sign: 'info', text });
