import { anyPolicy } from '../support/any-policy.ts';
import { expect, it } from 'vitest';
import { createSweep } from '../../src/runs/sweep.ts';
import { approvalFakes } from '../support/approval-fakes.ts';
import { fakeView } from '../support/fake-world.ts';
import { memoryStore } from '../support/memory-store.ts';
import { quietLog } from '../support/quiet-log.ts';
import { runOf } from '../support/run-of.ts';
import { virtualClock } from '../support/virtual-clock.ts';

it('picks up every run although one of them fails, and says so in the end', async () => {
  const [broken, waiting] = [runOf({ id: 'r1111111', state: 'running' }), runOf({ id: 'r2222222', state: 'queued' })];
  const store = memoryStore(broken);
  const added: string[] = [];
  const sweep = createSweep({
    ...store,
    ...approvalFakes(),
    gate: { lacks: async () => undefined, policy: anyPolicy, reasonFlaw: () => undefined, closed: () => undefined },
    find: () => undefined,
    view: fakeView(),
    runs: { ...store.runs, list: async () => [broken, waiting] },
    queue: {
      async add(run) {
        if (run === broken.id) throw new Error('the job is locked');
        added.push(run);
      },
    },
    clock: virtualClock(),
    log: quietLog,
    announce: async () => undefined,
  });
  await expect(sweep()).rejects.toThrow('r1111111: the job is locked');
  expect(added).toEqual(['r2222222']);
});
