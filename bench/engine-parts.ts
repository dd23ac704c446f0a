import { anyPolicy } from '../test/support/any-policy.ts';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { systemClock } from '../src/core/clock.ts';
import { runbook } from '../src/core/runbook.ts';
import { minutes } from '../src/core/units.ts';
import { holds, notYet } from '../src/core/verdict.ts';
import type { AttemptNeeds } from '../src/runs/attempt-needs.ts';
import { createStore } from '../src/store/store.ts';
import { fakeView } from '../test/support/fake-world.ts';
import { quietLog } from '../test/support/quiet-log.ts';

export const PREFIX = 'bench';
/** While this key is there, the runs wait in their second step. */
export const HOLD = `{${PREFIX}}:hold`;

/** Two steps that do nothing to any cluster: what is left is the engine itself. */
export const noOp = runbook({
  name: 'no-op',
  summary: 'Nothing, in two steps',
  risk: 'interrupts-nothing',
  input: z.object({ cluster: z.string() }),
  facts: z.object({}),
  locks: ({ cluster }) => [{ resource: `cluster:${cluster}`, shared: false }],
  look: async () => ({}),
  material: () => ({ systemId: '1', timeline: 1 }),
  plan: ({ cluster }) => ({
    summary: `Nothing on ${cluster}`,
    checks: [],
    risk: 'interrupts-nothing',
    steps: [
      { id: 'one', title: 'Wait for nothing', within: minutes(1), until: { state: 'so', args: {} } },
      { id: 'two', title: 'Wait until it is let go', within: minutes(5), until: { state: 'let-go', args: {} } },
    ],
  }),
});

/** The engine on a Redis, around the runbook that does nothing. */
export function enginePartsOn(port: number): AttemptNeeds {
  const redis = new Redis({ host: '127.0.0.1', port });
  const store = createStore(redis, { prefix: PREFIX, clock: systemClock });
  return {
    ...store,
    gate: { lacks: async () => undefined, closed: () => undefined, reasonFlaw: () => undefined, policy: anyPolicy },
    breakGlass: { lacks: async () => undefined },
    acts: {
      repeat: () => 'harmless',
      perform: async () => ({ performed: true, says: 'nothing' }),
      canBeEnded: () => false,
      end: async () => undefined,
      debt: () => undefined,
      pays: () => [],
      explain: async () => [],
    },
    states: {
      judge: async ({ state }) => {
        if (state === 'so') return holds('it is so');
        return (await redis.exists(HOLD)) === 0 ? holds('let go') : notYet('held');
      },
      says: ({ state }) => state,
    },
    observer: { begin: async () => undefined, end: async () => undefined },
    releaseDebts: async () => undefined,
    keepLog: async () => undefined,
    find: () => ({ runbook: noOp, digest: 'd1' }),
    view: fakeView(),
    clock: systemClock,
    log: quietLog,
    announce: async () => undefined,
  };
}
