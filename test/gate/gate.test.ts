import { describe, expect, it } from 'vitest';
import type { Permission } from '../../src/core/person.ts';
import { asker, gateWith, told } from './gate-of.ts';

const switchover = (cluster: string) => ({ cluster, runbook: 'switchover' });

describe('the gate', () => {
  const table: [string, Permission, string, string | undefined, boolean][] = [
    ['U0VIEWER', 'see', 'billing', undefined, true],
    ['U0VIEWER', 'ask', 'billing', 'switchover', false],
    ['U0STAGING', 'ask', 'shop', 'switchover', true],
    ['U0APPROVER', 'ask', 'billing', 'switchover', true],
    ['U0APPROVER', 'approve', 'billing', 'switchover', true],
    ['U0APPROVER', 'administer', 'billing', 'switchover', false],
    ['U0ADMIN', 'approve', 'shop', 'switchover', true],
    // Granted one runbook: that one, and to see its cluster.
    ['U0REINIT', 'ask', 'billing', 'reinit', true],
    ['U0REINIT', 'see', 'billing', undefined, true],
    ['U0REINIT', 'ask', 'billing', 'switchover', false],
    ['U0REINIT', 'ask', 'billing', undefined, false],
    // The team's own role: approving without asking.
    ['U0JUDGE', 'approve', 'billing', 'switchover', true],
    ['U0JUDGE', 'see', 'billing', undefined, true],
    ['U0JUDGE', 'ask', 'billing', 'switchover', false],
  ];
  it.each(table)('for %s, who wants to %s on %s by %s, answers %s', async (userId, need, cluster, runbook, allowed) => {
    const answer = gateWith().admit(asker(userId), need, { cluster, runbook });
    await (allowed ? expect(answer).resolves.toBeUndefined() : expect(answer).rejects.toMatchObject({ kind: 'unauthorised' }));
  });

  it('says what is missing and what the role there is', async () => {
    expect(await told(gateWith().admit(asker('U0VIEWER'), 'approve', switchover('billing')))).toMatch(
      /^you may not approve switchover on billing \(role there: viewer\) Ask somebody who may/,
    );
  });

  it('takes somebody for an admin of Trunkline as a whole only with a grant for everything', async () => {
    await expect(gateWith().admit(asker('U0ADMIN'), 'administer')).resolves.toBeUndefined();
    await expect(gateWith().admit(asker('U0LOCALADMIN'), 'administer')).rejects.toThrow('administer Trunkline as a whole');
  });

  it('counts the members of a user group as they are now', async () => {
    const may = (groups: string[]) => gateWith({ who: { groups } }).admit(asker('U0NEW'), 'approve', switchover('billing'));
    await expect(may(['S0DBA'])).resolves.toBeUndefined();
    await expect(may([])).rejects.toThrow();
  });

  it('refuses a person who asks from another workspace without asking Slack about them', async () => {
    const gate = gateWith({ directory: { identity: () => Promise.reject(new Error('asked')) } });
    await expect(gate.admit(asker('U0ADMIN', { teamId: 'T0OTHER' }), 'see')).rejects.toThrow(/other workspaces/);
  });

  it('fails closed and says so when Slack cannot be asked', async () => {
    const down = gateWith({ directory: { identity: () => Promise.reject(new Error('timeout')) } });
    await expect(down.admit(asker('U0ADMIN'), 'see')).rejects.toThrow('Slack could not be asked who you are');
    const deaf = gateWith({ directory: { channel: () => Promise.reject(new Error('timeout')) } });
    await expect(deaf.admit(asker('U0ADMIN'), 'see')).rejects.toMatchObject({ kind: 'unauthorised' });
    await expect(deaf.standing(asker('U0ADMIN'))).rejects.toMatchObject({ kind: 'unauthorised' });
  });

  it('answers for a cluster that may not be seen exactly as for one that does not exist, naming neither others', async () => {
    const seen = (name: string) => told(gateWith().admit(asker('U0STAGING'), 'see', { cluster: name }));
    expect(await seen('billing')).toBe((await seen('nowhere')).replace('nowhere', 'billing'));
    expect(await seen('billing')).toBe('there is no cluster "billing" The clusters that you may see: shop.');
  });

  it('lists only the clusters that may be seen', async () => {
    expect((await gateWith().standing(asker('U0STAGING'))).visible).toEqual(['shop']);
    expect((await gateWith().standing(asker('U0REINIT'))).visible).toEqual(['billing']);
    await expect(gateWith({ who: { isGuest: true } }).standing(asker('U0ADMIN'))).rejects.toThrow(/guests/);
  });

  it('says before a start that somebody has left the group meanwhile', async () => {
    const lacks = (groups: string[]) => gateWith({ who: { groups } }).lacks('U0NEW', 'approve', switchover('billing'));
    expect(await lacks([])).toBe('no role is granted');
    expect(await lacks(['S0DBA'])).toBeUndefined();
    const nobody = gateWith({ directory: { identity: async () => undefined } });
    expect(await nobody.lacks('U0GONE', 'approve', switchover('billing'))).toMatch(/nobody/);
  });

  it('counts only votes of the groups that the policy names, at the vote and before the start', async () => {
    const from = { ...switchover('billing'), approvalsFrom: ['S0LEADS'] };
    const gate = (groups: string[]) => gateWith({ who: { groups } });
    await expect(gate(['S0DBA', 'S0LEADS']).admit(asker('U0NEW'), 'approve', from)).resolves.toBeUndefined();
    expect(await told(gate(['S0DBA']).admit(asker('U0NEW'), 'approve', from))).toContain(
      'only votes of the user group S0LEADS count',
    );
    // Being in that group alone lets nobody approve.
    await expect(gate(['S0LEADS']).admit(asker('U0NEW'), 'approve', from)).rejects.toThrow();
    expect(await gate(['S0DBA']).lacks('U0NEW', 'approve', from)).toContain('only votes of');
    expect(await gate(['S0DBA', 'S0LEADS']).lacks('U0NEW', 'approve', from)).toBeUndefined();
  });

  it('lists who could approve, never the requester', () => {
    const approvers = (cluster: string, without: string[]) => gateWith().approvers(switchover(cluster), without);
    expect(approvers('billing', ['U0ASKER'])).toEqual({
      users: ['U0APPROVER', 'U0JUDGE', 'U0ADMIN', 'U0LOCALADMIN'],
      groups: ['S0DBA'],
    });
    expect(approvers('shop', [])).toEqual({ users: ['U0JUDGE', 'U0ADMIN'], groups: [] });
    expect(gateWith().approvers({ ...switchover('billing'), approvalsFrom: ['S0LEADS'] }, [])).toEqual({
      users: [],
      groups: ['S0LEADS'],
    });
  });
});
