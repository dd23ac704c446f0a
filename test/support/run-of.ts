import { planHash } from '../../src/core/plan-hash.ts';
import { RUN_VERSION, type Run } from '../../src/core/run.ts';

/** A pending switchover of `billing`, asked by U0ASKER, with anything replaced. */
export function runOf(changes: Partial<Run> = {}): Run {
  const input = { cluster: 'billing', to: 'pg2' };
  const material = { systemId: '7390000000000000001', leader: 'pg1', timeline: 4, members: ['pg1', 'pg2', 'pg3'] };
  const plan: Run['plan'] = {
    summary: 'Move the leader of billing from pg1 to pg2',
    checks: [{ id: 'quorum', verdict: 'pass', says: 'etcd has a leader and 3 of 3 members answer' }],
    risk: 'interrupts-writes',
    notes: [],
    steps: [
      { id: 'checkpoint', title: 'Checkpoint pg1', within: 60_000, act: { act: 'checkpoint', args: { member: 'pg1' } } },
      {
        id: 'switchover',
        title: 'Switch over pg1 -> pg2',
        within: 60_000,
        still: [{ state: 'primaryIs', args: { member: 'pg1' } }],
        act: { act: 'switchover', args: { leader: 'pg1', candidate: 'pg2' } },
        until: { state: 'primaryIs', args: { member: 'pg2' } },
      },
      { id: 'rejoined', title: 'Wait for pg1 to stream', within: 60_000, until: { state: 'streaming', args: { member: 'pg1' } } },
    ],
  };
  return {
    version: RUN_VERSION,
    id: 'r4k2m9xq',
    revision: 1,
    runbook: 'switchover',
    digest: 'd1',
    cluster: 'billing',
    environment: 'production',
    input,
    material,
    plan,
    planHash: planHash({ runbook: 'switchover', digest: 'd1', input, material, plan }),
    locks: [{ resource: 'cluster:billing', shared: false }],
    state: 'pending',
    requester: { userId: 'U0ASKER', userName: 'ola', teamId: 'T0TEAM' },
    approvalsNeeded: 1,
    votes: [],
    createdAtMs: 1_800_000_000_000,
    expiresAtMs: 4_000_000_000_000,
    startWithinMs: 300_000,
    epoch: 0,
    channelId: 'C0OPS00',
    ...changes,
  };
}
