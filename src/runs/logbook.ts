import type { Clock } from '../core/clock.ts';
import type { StoredStep } from '../core/plan.ts';
import type { Journal, JournalEntry, Run } from '../core/run.ts';
import { Fenced } from './attempt-errors.ts';
import { byWorker } from './audit-line.ts';
import type { JournalStore } from './needs.ts';
import { patiently } from './patiently.ts';

/** The journal of one attempt: what is marked here is on disk and audited before the call resolves. */
export interface Logbook {
  readonly journal: () => Journal;
  /** @throws Fenced when another attempt has taken over. */
  mark(step: StoredStep, entry: JournalEntry): Promise<void>;
  /** The last 'not yet' sentence of a step, what its act says it did, or lines of a host's log; written only when new. @throws Fenced. */
  note(step: StoredStep, note: Pick<JournalEntry, 'note' | 'did' | 'lines'>): Promise<void>;
}

export interface LogbookNeeds {
  readonly run: Run;
  readonly journal: Journal;
  readonly store: JournalStore;
  readonly clock: Clock;
  readonly changed: (journal: Journal) => void;
}

export function openLogbook({ run, journal, store, clock, changed }: LogbookNeeds): Logbook {
  let now = journal;

  const write = async (step: StoredStep, entry: JournalEntry, audited: boolean) => {
    const said = { what: `step.${entry.mark}`, result: entry.note ?? step.title, atMs: clock.now(), step: step.id };
    const audit = audited ? { audit: byWorker(run, said) } : {};
    const mark = { run: run.id, epoch: run.epoch, step: step.id, entry, ...audit };
    if ((await patiently(clock, () => store.write(mark))) === 'fenced') throw new Fenced(run.id);
    now = { ...now, [step.id]: entry };
    changed(now);
  };

  return {
    journal: () => now,
    mark: (step, entry) => write(step, entry, true),
    async note(step, said) {
      const entry = now[step.id];
      const says = (field: 'note' | 'did') => said[field] !== undefined && said[field] !== entry?.[field];
      if (entry && (said.lines !== undefined || says('note') || says('did'))) await write(step, { ...entry, ...said }, false);
    },
  };
}
