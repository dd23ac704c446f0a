import { describe, expect, it } from 'vitest';
import command from '../../commands/reload.ts';
import reload from '../../runbooks/reload.ts';
import { fakeCluster, memberIn, notRead } from '../support/fake-cluster.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';
import { runbookEngine } from '../support/runbook-engine.ts';

describe('a reload', () => {
  it('goes to every member that answers, interrupts nothing, and says who is left out', async () => {
    const fake = fakeCluster();
    memberIn(fake, 'pg3').member.patroni = notRead('connection refused');
    const { plan, material } = await reload.propose({ cluster: CLUSTER }, fake.view);
    expect(plan.steps.map(({ title }) => title)).toEqual(['Reload pg1', 'Reload pg2']);
    expect(plan.risk).toBe('interrupts-nothing');
    expect(plan.checks.find(({ id }) => id === 'pg3-answers')).toMatchObject({
      verdict: 'warn',
      says: expect.stringMatching(/left out/),
    });
    expect(material).toEqual({ members: ['pg1', 'pg2'] });
  });

  it('is blocked for a named member that cannot be asked, or whose reload could not be proven', async () => {
    const fake = fakeCluster();
    memberIn(fake, 'pg3').member.sql = notRead('connection refused');
    await expect(reload.propose({ cluster: CLUSTER, member: 'pg3' }, fake.view)).rejects.toThrow(/pg3 cannot be read by SQL/);
    await expect(reload.propose({ cluster: CLUSTER, member: 'pgg3' }, fake.view)).rejects.toMatchObject({
      hint: 'Did you mean pg3? Its members are pg1, pg2, pg3.',
    });
  });

  it('tells afterwards what waits for a restart, as a reload does not change that', async () => {
    const made = await runbookEngine(reload, { cluster: CLUSTER }, (fake) => {
      const { patroni } = memberIn(fake, 'pg2');
      patroni.pendingRestart = true;
      patroni.pendingRestartReason = { shared_buffers: { old: '128MB', new: '256MB' } };
    });
    await made.clock.drive(made.attempt());
    const { run } = made.store.now();
    expect(run.report?.says).toBe('billing: 3 of 3 members loaded their configuration; some settings wait for a restart');
    expect(run.report?.lines).toContainEqual({ sign: 'warn', text: 'pg2 waits for a restart (shared_buffers 128MB -> 256MB)' });
    expect(made.fake.done).toEqual(['reload pg1', 'reload pg2', 'reload pg3']);
  });
});

describe('/pg reload', () => {
  it('takes one member or all', () => {
    expect(command.parse(['billing', 'pg2'])).toMatchObject({ input: { cluster: 'billing', member: 'pg2' } });
    expect(command.parse(['billing'])).toMatchObject({ input: { cluster: 'billing' } });
  });
});
