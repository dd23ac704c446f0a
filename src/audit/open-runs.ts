import type { AuditEntry } from '../core/audit-entry.ts';
import { isFinal, RUN_STATES } from '../core/run-state.ts';

/** A run that was started and whose end is not in the log. */
export interface OpenRun {
  readonly run: string;
  readonly cluster: string;
  readonly sinceMs: number;
  /** The last thing that the log says of it. */
  readonly last: string;
}

/** Follows the runs through the log, entry by entry; remembers only those that are open. */
export function createOpenRuns() {
  const open = new Map<string, OpenRun>();
  return {
    add({ run, what, result, cluster = '', atMs }: AuditEntry): void {
      if (run === undefined || !what.startsWith('run.') || result === 'refused') return;
      const known = open.get(run);
      if (isEnd(result)) open.delete(run);
      else if (known) open.set(run, { ...known, last: `${what} ${result}` });
      else if (what === 'run.start') open.set(run, { run, cluster, sinceMs: atMs, last: `${what} ${result}` });
    },
    /** Those that began before a moment. */
    before: (thenMs: number): readonly OpenRun[] => [...open.values()].filter(({ sinceMs }) => sinceMs < thenMs),
  };
}

/** The results of a run's lines are its states, among others. */
function isEnd(result: string): boolean {
  const state = RUN_STATES.find((name) => name === result);
  return state !== undefined && isFinal(state);
}
