import { anyPolicy } from './any-policy.ts';
import type { Run } from '../../src/core/run.ts';
import type { AttemptNeeds } from '../../src/runs/attempt-needs.ts';
import { approvalFakes } from './approval-fakes.ts';
import { approvedRun } from './approved-run.ts';
import { fakeView, fakeWorld } from './fake-world.ts';
import { memoryStore } from './memory-store.ts';
import { quietLog } from './quiet-log.ts';
import { virtualClock } from './virtual-clock.ts';

/** All that an attempt needs, in memory and in virtual time, around one approved run. */
export async function engineOf(changes: Partial<Run> = {}) {
  const { world, acts, states, switchover } = fakeWorld();
  const store = memoryStore(await approvedRun(switchover, changes));
  const clock = virtualClock();
  const shown: string[] = [];
  const approvals = approvalFakes();
  const needs: AttemptNeeds = {
    ...store,
    releaseDebts: async () => undefined,
    ...approvals,
    gate: { lacks: async () => undefined, policy: anyPolicy, reasonFlaw: () => undefined, closed: () => undefined },
    acts,
    states,
    keepLog: async () => undefined,
    observer: { begin: async () => undefined, end: async () => undefined },
    find: (name) => (name === 'switchover' ? { runbook: switchover, digest: 'd1' } : undefined),
    view: fakeView(),
    clock,
    log: quietLog,
    announce: async (run) => {
      shown.push(run.state);
    },
  };
  const reins = { signal: new AbortController().signal, draining: () => false };
  return { world, store, clock, needs, reins, shown, approvals };
}
