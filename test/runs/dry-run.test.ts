import { describe, expect, it } from 'vitest';
import switchover from '../../runbooks/switchover.ts';
import { startOptions } from '../../src/core/start-flags.ts';
import { dryRunCard } from '../../src/runs/dry-run-card.ts';
import { dcsIn, fakeCluster } from '../support/fake-cluster.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';
import { messageLines } from '../support/message-lines.ts';

describe('--dry-run', () => {
  it('shows every check and every step of the plan, and has no button', async () => {
    const { view } = fakeCluster();
    const proposal = await switchover.propose({ cluster: CLUSTER }, view);
    const card = dryRunCard(proposal);
    const lines = messageLines(card).join('\n');
    for (const { says } of proposal.plan.checks) expect(lines).toContain(says);
    for (const { title } of proposal.plan.steps) expect(lines).toContain(title);
    expect(lines).toContain('Nothing was changed, and nobody was asked.');
    expect(JSON.stringify(card)).not.toContain('button');
  });

  it('shows what would block instead of refusing', async () => {
    const fake = fakeCluster();
    dcsIn(fake).config.paused = true;
    const lines = messageLines(dryRunCard(await switchover.propose({ cluster: CLUSTER }, fake.view)));
    expect(lines[0]).toMatch(/Dry run, 1 check would block it/);
    expect(lines.join('\n')).toContain('is paused');
  });

  it('is a flag of everything that starts a runbook', () => {
    expect(startOptions({ dryRun: true })).toEqual({ dryRun: true });
    expect(startOptions({})).toEqual({});
  });
});
