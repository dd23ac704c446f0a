import { planHash } from '../../src/core/plan-hash.ts';
import type { Run } from '../../src/core/run.ts';
import type { Runbook } from '../../src/core/runbook.ts';
import { fakeView } from './fake-world.ts';
import { runOf } from './run-of.ts';

/** A queued run of a runbook, planned on the facts of now and approved by U1. */
export async function approvedRun(runbook: Runbook, changes: Partial<Run> = {}): Promise<Run> {
  const { input, material, plan, locks } = await runbook.propose({ cluster: 'billing', to: 'pg2' }, fakeView());
  const bound = { runbook: runbook.name, digest: 'd1', input, material, plan };
  const votes: Run['votes'] = [{ userId: 'U1', userName: 'ann', verdict: 'approve', atMs: 1 }];
  return runOf({ ...bound, locks: [...locks], planHash: planHash(bound), state: 'queued', votes, ...changes });
}
