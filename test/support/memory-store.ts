import type { AuditFacts } from '../../src/core/audit-facts.ts';
import type { Debt } from '../../src/core/debt.ts';
import { canonicalJson } from '../../src/core/json.ts';
import { type Journal, Run } from '../../src/core/run.ts';
import { assertMove, isFinal } from '../../src/core/run-state.ts';
import type { DebtStore, JournalStore, LockStore, RunStore } from '../../src/runs/needs.ts';

/** Runs, journals and locks in memory, with the fencing of the real store. One run is enough for the engine's tests. */
export function memoryStore(first: Run) {
  let run = first;
  let journal: Journal = {};
  const audit: AuditFacts[] = [];
  const runs: RunStore = {
    create: () => Promise.reject(new Error('not here')),
    get: async () => run,
    list: async () => [run],
    async change(_, decide) {
      const change = decide(run);
      if (!change) return { run, changed: false };
      const to = change.patch.state;
      if (to !== undefined && to !== run.state) assertMove(run.state, to);
      if (change.audit) audit.push(change.audit);
      const kept = Object.entries(run).filter(([key]) => !change.clear?.some((field) => field === key));
      run = { ...Run.parse(Object.fromEntries(kept)), ...change.patch, revision: run.revision + 1 };
      return { run, changed: true };
    },
  };
  const store: JournalStore = {
    read: async () => journal,
    async write({ epoch, step, entry, audit: facts }) {
      if (epoch !== run.epoch || (run.state !== 'running' && run.state !== 'cancelling')) return 'fenced';
      journal = { ...journal, [step]: JSON.parse(canonicalJson(entry)) };
      if (facts) audit.push(facts);
      return 'written';
    },
  };
  let held = false;
  const locks: LockStore = {
    async take({ epoch }) {
      if (epoch !== run.epoch) return 'fenced';
      held = true;
      return [];
    },
    async release() {
      held = false;
    },
    inTheWay: async () => [],
  };
  let owed: readonly Debt[] = [];
  const debts: DebtStore = {
    async record(debt, epoch, facts) {
      if (epoch !== run.epoch) return 'fenced';
      if (owed.some(({ id }) => id === debt.id)) return 'recorded';
      owed = [...owed, debt];
      audit.push(facts);
      return 'recorded';
    },
    async clear(id, facts) {
      const known = owed.some((debt) => debt.id === id);
      owed = owed.filter((debt) => debt.id !== id);
      if (known) audit.push(facts);
      return known;
    },
    list: async () => owed,
  };
  return {
    runs,
    journal: store,
    locks,
    debts,
    audit,
    now: () => ({ run, journal, held, over: isFinal(run.state) || run.state === 'halted' }),
  };
}
