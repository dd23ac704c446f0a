import type { Clock } from '../core/clock.ts';
import { patience } from '../core/patience.ts';
import type { Signal } from '../core/signal.ts';
import type { AlertFacts } from './ports.ts';

/** Marks the signals that a run of ours made, in the order of revisions. */
export interface OwnRuns {
  mark(signals: readonly Signal[]): Promise<readonly Signal[]>;
}

/**
 * At the loss a run is known by cluster and old leader; at the new leader key it is its own only when cluster, old, new and
 * timeline equal its plan. What differs keeps no mark and so alarms, and so does everything when the runs can't be asked in time:
 * better told twice than not at all.
 */
export function createOwnRuns(facts: Pick<AlertFacts, 'ourRun'>, clock: Clock, patienceMs = 300): OwnRuns {
  const expected = new Map<string, string>();
  /** A loss that alarmed after all: what follows belongs to that alarm. */
  const overdue = new Set<string>();

  const ask = async ({ cluster, from, to, timeline }: Signal): Promise<string | undefined> => {
    if (from === undefined) return undefined;
    const change = { cluster, from, ...(to === undefined ? {} : { to }), ...(timeline === undefined ? {} : { timeline }) };
    const late = new AbortController();
    const silence = patience(clock, patienceMs, late.signal).then(
      () => undefined,
      () => undefined,
    );
    const answer = facts.ourRun(change).catch(() => undefined);
    return Promise.race([answer, silence]).finally(() => late.abort());
  };
  const belongsToAlarm = ({ kind, cluster }: Signal): boolean => {
    if (kind === 'overdue') overdue.add(cluster);
    return kind === 'overdue' || (kind === 'led' && overdue.delete(cluster));
  };
  const markOne = async (signal: Signal): Promise<Signal> => {
    const before = expected.get(signal.cluster);
    expected.delete(signal.cluster);
    if (belongsToAlarm(signal)) return signal;
    const run = signal.cause === 'planned' ? await ask(signal) : undefined;
    if (run !== undefined && signal.kind === 'lost') expected.set(signal.cluster, run);
    if (run !== undefined) return { ...signal, run };
    return before === undefined ? signal : { ...signal, says: `${signal.says}; run ${before} had planned otherwise` };
  };
  return {
    async mark(signals) {
      const marked: Signal[] = [];
      for (const signal of signals) marked.push(await markOne(signal));
      return marked;
    },
  };
}
