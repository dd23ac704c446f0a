import { type Clock, systemClock } from '../../src/core/clock.ts';
import type { Asker } from '../../src/core/person.ts';
import type { Run } from '../../src/core/run.ts';
import type { RunState } from '../../src/core/run-state.ts';
import { createAttempts } from '../../src/runs/attempt.ts';
import { createLedger } from '../../src/runs/ledger.ts';
import type { Gate } from '../../src/runs/needs.ts';
import { createPropose } from '../../src/runs/propose.ts';
import { createRunQueue } from '../../src/runs/run-queue.ts';
import { createRunWorker, type RunWorker } from '../../src/runs/run-worker.ts';
import { createSweep } from '../../src/runs/sweep.ts';
import type { QueueTarget } from '../../src/runs/queue-connection.ts';
import type { Client } from '../../src/store/client.ts';
import { createStore } from '../../src/store/store.ts';
import { expect } from 'vitest';
import { approvalFakes } from './approval-fakes.ts';
import { fakeView, fakeWorld } from './fake-world.ts';
import { quietLog } from './quiet-log.ts';

/** Where store and queue are. */
export interface Servers {
  client(): Client;
  readonly target: QueueTarget;
}

let count = 0;

/** Somebody in the channel. */
export const askerOf = (userId: string): Asker => ({ userId, userName: userId, teamId: 'T0', channelId: 'C0', via: 'slack' });

/** The whole engine on a real Redis, with a fake cluster and a gate that lets U0... ask and U1... approve. */
export function engineOn(
  server: Servers,
  toStop: (() => Promise<unknown>)[],
  policy: Partial<Extract<ReturnType<Gate['policy']>, { allowed: true }>> = {},
  clock: Clock = systemClock,
) {
  count += 1;
  const prefix = `engine-${count}`;
  const { world, acts, states, switchover } = fakeWorld();
  const store = createStore(server.client(), { prefix, clock });
  const place = { connection: server.target, prefix, log: quietLog };
  const queue = createRunQueue(place);
  toStop.push(() => queue.close());
  const shown: RunState[] = [];
  const left = new Set<string>();
  const gate: Gate = {
    admit: async ({ userId }, need) => {
      if (left.has(userId) || (need === 'approve' && !userId.startsWith('U1'))) throw new Error(`${userId} is not ${need}`);
    },
    lacks: async (userId) => (left.has(userId) ? 'left the group' : undefined),
    policy: () => ({ allowed: true, approvals: 1, expiresInMs: 60_000, startWithinMs: 60_000, ...policy }),
    reasonFlaw: () => undefined,
    closed: () => undefined,
  };
  const approvals = approvalFakes();
  const needs = {
    ...approvals,
    ...store,
    messenger: {
      ...approvals.messenger,
      breakGlass(run: Run) {
        approvals.messenger.breakGlass(run);
        void store.runs.change(
          run.id,
          ({ breakGlass }) => breakGlass && { patch: { breakGlass: { ...breakGlass, toldAtMs: 1 } } },
        );
      },
    },
    gate,
    codes: { prove: async () => undefined },
    acts,
    states,
    queue,
    canBeEnded: acts.canBeEnded,
    releaseDebts: async () => undefined,
    keepLog: async () => undefined,
    observer: { begin: async () => undefined, end: async () => undefined },
    find: (name: string) => ({
      runbook: name === 'emergency' ? { ...switchover, name, emergency: true } : switchover,
      digest: 'd1',
    }),
    view: fakeView(),
    clock,
    log: quietLog,
    announce: async ({ state }: { readonly state: RunState }) => {
      shown.push(state);
    },
  };
  const worker = (): RunWorker => {
    const made = createRunWorker({ ...place, clock, continueRun: createAttempts(needs) });
    toStop.push(() => made.stop());
    made.start();
    return made;
  };
  const propose = createPropose(needs);
  const ledger = createLedger({ ...needs, propose });
  const ask = (userId = 'U0ASKER', runbook = 'switchover') =>
    propose({ runbook, input: { cluster: 'billing' }, asker: askerOf(userId), view: fakeView(), reason: 'drill' });
  const asked = async () => {
    const proposed = await ask();
    if (!('run' in proposed)) throw new Error(proposed.message.summary);
    return proposed.run.id;
  };
  const ends = (id: string) => expect.poll(async () => (await store.runs.get(id))?.state, { timeout: 15_000, interval: 20 });
  return {
    prefix,
    needs,
    world,
    store,
    ledger,
    approvals,
    propose,
    sweep: createSweep(needs),
    ask,
    asked,
    worker,
    ends,
    shown,
    left,
    queue,
  };
}
