import { anyPolicy } from './any-policy.ts';
import { createActs } from '../../src/acts/all.ts';
import type { Hands } from '../../src/acts/hands.ts';
import { planHash } from '../../src/core/plan-hash.ts';
import type { Runbook } from '../../src/core/runbook.ts';
import { createAttempts } from '../../src/runs/attempt.ts';
import type { AttemptNeeds, Reins } from '../../src/runs/attempt-needs.ts';
import { createDebtKeeper } from '../../src/runs/debt-keeper.ts';
import type { Acts } from '../../src/runs/needs.ts';
import { createStates } from '../../src/states/all.ts';
import { type FakeCluster, fakeCluster } from './fake-cluster.ts';
import { NOW } from './healthy-cluster.ts';
import { memoryStore } from './memory-store.ts';
import type { Mortal } from './mortal.ts';
import { quietLog } from './quiet-log.ts';
import { runOf } from './run-of.ts';
import { virtualClock } from './virtual-clock.ts';

/** What may be done again: by claims, by looking, and by the harmless acts of a worker beside one that is frozen. */
const HARMLESS =
  /^(claim|patroni log|reload|checkpoint|slot for a standby|allow replication|drop left slot|follow|(un)?mark standby|service (start|mask|unmask)) /;

/** What an act that must not happen twice did to the cluster, beside its claim. */
type Effect = string;

/** Any runbook of the tree on the fake cluster, with the real acts and states, approved and queued. */
export async function runbookEngine(book: Runbook, typed: object, prepare: (fake: FakeCluster) => void = () => undefined) {
  const clock = virtualClock(NOW);
  const fake = fakeCluster();
  Object.defineProperty(fake, 'now', { get: () => clock.now() });
  prepare(fake);
  const proposal = await book.propose(typed, fake.view);
  const bound = { runbook: book.name, digest: 'd1', ...proposal };
  const store = memoryStore(
    runOf({
      ...{ runbook: book.name, digest: 'd1', input: proposal.input, material: proposal.material, plan: proposal.plan },
      ...{ locks: [...proposal.locks], planHash: planHash(bound), state: 'queued', createdAtMs: NOW },
      ...{ approvalsNeeded: 0, votes: [] },
    }),
  );
  fake.debts = () => store.debts.list();
  const effects: Effect[] = [];
  const states = createStates();

  /** One worker process; a mortal one dies somewhere in its writes and effects. */
  function worker(life?: Mortal): AttemptNeeds {
    const around = <T extends object>(parts: T): T => (life ? life.around(parts) : parts);
    const hands: Hands = around(fake.hands);
    const acts = noting(createActs(hands));
    const { runs, journal, locks, debts } = store;
    const base = { acts, states, view: fake.view, clock, log: quietLog };
    const keeper = createDebtKeeper({ ...base, debts, runs, tell: async () => undefined });
    return {
      ...base,
      ...{ runs: { ...runs, change: around({ change: runs.change }).change }, journal: around(journal) },
      ...{ locks: around(locks), debts: around(debts), releaseDebts: (run) => keeper.release(run) },
      gate: { lacks: async () => undefined, policy: anyPolicy, reasonFlaw: () => undefined, closed: () => undefined },
      breakGlass: { lacks: async () => undefined },
      maintenance: { of: async () => undefined },
      keepLog: async () => undefined,
      observer: { begin: async () => undefined, end: async () => undefined },
      find: () => ({ runbook: book, digest: 'd1' }),
      announce: async () => undefined,
    };
  }

  function noting(acts: ReturnType<typeof createActs>): Acts {
    return {
      ...acts,
      async perform(act, context) {
        const before = fake.done.length;
        try {
          return await acts.perform(act, context);
        } finally {
          note(act.act, before);
        }
      },
    };
    function note(name: string, before: number): void {
      if (acts.repeat(name) === 'never') effects.push(...fake.done.slice(before).filter((done) => !HARMLESS.test(done)));
    }
  }

  const reins: Reins = { signal: new AbortController().signal, draining: () => false };
  const attempt = (life?: Mortal) => createAttempts(worker(life))('r4k2m9xq', reins);
  return { fake, store, clock, effects, acts: createActs(fake.hands), attempt };
}
