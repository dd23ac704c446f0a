import { describe, expect, it } from 'vitest';
import type { Asker, Identity, PersonRole } from '../../src/core/person.ts';
import { createGate, type Directory, type GateConfig } from '../../src/gate/gate.ts';

const HOME = 'T0HOME00';
const config: GateConfig = {
  homeTeamId: HOME,
  clusters: [
    { name: 'billing', environment: 'production' },
    { name: 'shop', environment: 'staging' },
  ],
  grants: [
    { role: 'viewer', users: ['U0VIEWER'], groups: [] },
    { role: 'operator', environments: ['staging'], users: ['U0STAGING'], groups: [] },
    { role: 'approver', clusters: ['billing'], users: ['U0APPROVER', 'U0ASKER'], groups: ['S0DBA'] },
    { role: 'admin', users: ['U0ADMIN'], groups: [] },
  ],
  policies: [
    {
      risk: ['interrupts-writes'],
      environments: ['production'],
      approvals: 2,
      reasonRequired: true,
      expiresIn: 9,
      startWithin: 5,
    },
    { risk: ['interrupts-writes', 'reads'], approvals: 0, reasonRequired: false, expiresIn: 9, startWithin: 5 },
  ],
};

function person(changes: Partial<Identity>): Identity {
  const plain = { isGuest: false, isBot: false, isDeactivated: false, groups: [] };
  return { userId: 'U0VIEWER', teamId: HOME, displayName: 'x', ...plain, ...changes };
}

function gateWith(changes: Partial<Identity> = {}, directory: Partial<Directory> = {}, shared = false) {
  return createGate(config, {
    identity: async (userId) => person({ userId, ...changes }),
    channel: async (id) => ({ id, name: 'db-ops', isExternallyShared: shared, isDirectMessage: false }),
    ...directory,
  });
}

const asker = (userId: string, changes: Partial<Asker> = {}): Asker => ({
  userId,
  teamId: HOME,
  userName: 'x',
  channelId: 'C0OPS000',
  via: 'slack',
  ...changes,
});

describe('the gate', () => {
  const table: [string, PersonRole, string, boolean][] = [
    ['U0VIEWER', 'viewer', 'billing', true],
    ['U0VIEWER', 'operator', 'billing', false],
    ['U0STAGING', 'operator', 'shop', true],
    ['U0APPROVER', 'operator', 'billing', true],
    ['U0APPROVER', 'approver', 'billing', true],
    ['U0APPROVER', 'admin', 'billing', false],
    ['U0ADMIN', 'approver', 'shop', true],
  ];
  it.each(table)('for %s, who needs %s for %s, answers %s', async (userId, need, cluster, allowed) => {
    const answer = gateWith().admit(asker(userId), need, cluster);
    await (allowed ? expect(answer).resolves.toBeUndefined() : expect(answer).rejects.toMatchObject({ kind: 'unauthorised' }));
  });

  it('counts the members of a user group as they are now', async () => {
    await expect(gateWith({ groups: ['S0DBA'] }).admit(asker('U0NEW'), 'approver', 'billing')).resolves.toBeUndefined();
    await expect(gateWith({ groups: [] }).admit(asker('U0NEW'), 'approver', 'billing')).rejects.toThrow();
  });

  it.each([
    ['guests', { isGuest: true }],
    ['deactivated people', { isDeactivated: true }],
    ['bots', { isBot: true }],
    ['people of another workspace', { teamId: 'T0OTHER' }],
  ])('refuses %s, whatever is granted to their id', async (_, changes) => {
    await expect(gateWith(changes).admit(asker('U0ADMIN'), 'viewer')).rejects.toMatchObject({ kind: 'unauthorised' });
  });

  it('refuses a person who asks from another workspace without asking Slack about them', async () => {
    const gate = gateWith({}, { identity: () => Promise.reject(new Error('asked')) });
    await expect(gate.admit(asker('U0ADMIN', { teamId: 'T0OTHER' }), 'viewer')).rejects.toThrow(/other workspaces/);
  });

  it('refuses everybody in a channel that is shared with another organisation', async () => {
    await expect(gateWith({}, {}, true).admit(asker('U0ADMIN'), 'viewer')).rejects.toThrow(/another organisation/);
  });

  it('fails closed and says so when Slack cannot be asked', async () => {
    const down = { identity: () => Promise.reject(new Error('timeout')) };
    await expect(gateWith({}, down).admit(asker('U0ADMIN'), 'viewer')).rejects.toThrow('Slack could not be asked who you are');
    const deaf = { channel: () => Promise.reject(new Error('timeout')) };
    await expect(gateWith({}, deaf).admit(asker('U0ADMIN'), 'viewer')).rejects.toMatchObject({ kind: 'unauthorised' });
  });

  it('answers for a cluster that may not be seen exactly as for one that does not exist, naming neither others', async () => {
    const seen = async (name: string) =>
      gateWith()
        .admit(asker('U0STAGING'), 'viewer', name)
        .then(
          () => 'let in',
          (e: Error & { hint: string }) => `${e.message} ${e.hint}`,
        );
    const hidden = await seen('billing');
    expect(hidden).toBe((await seen('nowhere')).replace('nowhere', 'billing'));
    expect(hidden).toBe('there is no cluster "billing" The clusters that you may see: shop.');
  });

  it('lists only the clusters that may be seen', async () => {
    expect(await gateWith().visible(asker('U0STAGING'))).toEqual(['shop']);
    expect(await gateWith({ isGuest: true }).visible(asker('U0ADMIN'))).toEqual([]);
  });

  it('says before a start that somebody has left the group meanwhile', async () => {
    expect(await gateWith({ groups: [] }).lacks('U0NEW', 'approver', 'billing')).toBe('the role approver is no longer granted');
    expect(await gateWith({ groups: ['S0DBA'] }).lacks('U0NEW', 'approver', 'billing')).toBeUndefined();
    expect(await gateWith({}, { identity: async () => undefined }).lacks('U0GONE', 'approver', 'billing')).toMatch(/nobody/);
  });

  it('takes the first policy that fits, and refuses what none fits', () => {
    const gate = gateWith();
    expect(gate.policy('interrupts-writes', 'production')).toMatchObject({ allowed: true, approvals: 2, reasonRequired: true });
    expect(gate.policy('interrupts-writes', 'staging')).toMatchObject({ allowed: true, approvals: 0 });
    expect(gate.policy('can-lose-data', 'production')).toMatchObject({
      allowed: false,
      says: 'no policy allows what can lose data in production',
    });
  });

  it('lists who could approve, never the requester', () => {
    expect(gateWith().approvers('billing', ['U0ASKER'])).toEqual({ users: ['U0APPROVER', 'U0ADMIN'], groups: ['S0DBA'] });
    expect(gateWith().approvers('shop', [])).toEqual({ users: ['U0ADMIN'], groups: [] });
  });
});
