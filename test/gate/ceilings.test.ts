import { describe, expect, it } from 'vitest';
import type { Identity } from '../../src/core/person.ts';
import type { Ceilings } from '../../src/gate/ceiling.ts';
import { asker, gateWith, told } from './gate-of.ts';

const switchover = { cluster: 'billing', runbook: 'switchover' };
const ceilings: Ceilings = {
  byChannel: {
    C0READ00: { may: ['see'] },
    C0SHOP00: { may: ['see', 'ask', 'approve'], clusters: ['shop'] },
    C0REINIT: { may: ['ask'], runbooks: ['reinit'] },
    C0MUTE00: { may: [] },
    C0ALL000: { may: ['see', 'ask', 'approve', 'administer'] },
  },
  others: { may: ['see', 'ask'] },
};
const inChannel = (channelId: string, rest: Partial<Ceilings> = {}, isDirectMessage = false) => {
  const gate = gateWith({ config: { ceilings: { ...ceilings, ...rest } }, channel: { isDirectMessage } });
  return {
    admit: (userId: string, ...what: Parameters<typeof gate.admit> extends [unknown, ...infer R] ? R : never) =>
      told(gate.admit(asker(userId, { channelId }), ...what)),
    standing: (userId: string) => gate.standing(asker(userId, { channelId })),
  };
};

describe('the ceiling of a channel', () => {
  it('takes away what the person has, and says so', async () => {
    expect(await inChannel('C0READ00').admit('U0APPROVER', 'see', switchover)).toBe('let in');
    expect(await inChannel('C0READ00').admit('U0APPROVER', 'approve', switchover)).toBe(
      'nobody may approve switchover on billing in this channel (at most: see) Do it in a channel that allows it, or in a direct message with the bot.',
    );
  });

  it('never adds to it', async () => {
    expect(await inChannel('C0ALL000').admit('U0VIEWER', 'ask', switchover)).toContain('may not ask for switchover');
    expect(await inChannel('C0ALL000').admit('U0NOBODY', 'see', switchover)).toContain('there is no cluster');
  });

  it('is the one for others where a channel is not listed', async () => {
    expect(await inChannel('C0NEW000').admit('U0APPROVER', 'ask', switchover)).toBe('let in');
    expect(await inChannel('C0NEW000').admit('U0APPROVER', 'approve', switchover)).toContain('at most: see, ask');
    // A channel's name in the file must not reach what every object has.
    expect(await inChannel('constructor').admit('U0APPROVER', 'approve', switchover)).toContain('at most: see, ask');
  });

  it('leaves direct messages the rights of the person, unless it says otherwise for them', async () => {
    expect(await inChannel('D0ANNA00', {}, true).admit('U0APPROVER', 'approve', switchover)).toBe('let in');
    const direct = { direct: { may: ['see'] as const } };
    expect(await inChannel('D0ANNA00', direct, true).admit('U0APPROVER', 'approve', switchover)).toContain('in a direct message');
  });

  it('hides the clusters that it does not cover, even from those who see them elsewhere: others read the answer', async () => {
    const here = inChannel('C0SHOP00');
    expect((await here.standing('U0ADMIN')).visible).toEqual(['shop']);
    expect(await here.admit('U0ADMIN', 'see', switchover)).toBe(
      'there is no cluster "billing" The clusters that you may see: shop.',
    );
    expect((await here.standing('U0ADMIN')).whyNot('ask', { cluster: 'shop', runbook: 'switchover' })).toBeUndefined();
  });

  it('may allow some runbooks only', async () => {
    expect(await inChannel('C0REINIT').admit('U0ADMIN', 'ask', { cluster: 'billing', runbook: 'reinit' })).toBe('let in');
    expect(await inChannel('C0REINIT').admit('U0ADMIN', 'ask', switchover)).toContain('nobody may ask for switchover');
    expect((await inChannel('C0REINIT').standing('U0ADMIN')).maySomewhere('ask', 'switchover')).toBe(false);
    expect((await inChannel('C0REINIT').standing('U0ADMIN')).maySomewhere('ask', 'reinit')).toBe(true);
    expect((await inChannel('C0REINIT').standing('U0ADMIN')).loweredHere('ask', 'switchover')?.says).toBe(
      'nobody may ask for switchover in this channel (at most: ask, by reinit only)',
    );
    // Who may not do it anywhere is told nothing of it.
    expect((await inChannel('C0REINIT').standing('U0VIEWER')).loweredHere('ask', 'switchover')).toBeUndefined();
  });

  it('may allow nothing at all', async () => {
    await expect(inChannel('C0MUTE00').standing('U0ADMIN')).rejects.toMatchObject({ kind: 'unauthorised' });
  });

  it('has nothing to say where there is no channel: before a start, from the command line', async () => {
    const gate = gateWith({ config: { ceilings: { byChannel: {}, others: { may: [] } } } });
    expect(await told(gate.admit(asker('U0APPROVER', { via: 'cli' }), 'approve', switchover))).toBe('let in');
    expect(await gate.lacks('U0APPROVER', 'approve', switchover)).toBeUndefined();
  });

  const strangers: [string, Partial<Identity>][] = [
    ['guests', { isGuest: true }],
    ['deactivated people', { isDeactivated: true }],
    ['bots and workflows', { isBot: true }],
    ['people of another workspace', { teamId: 'T0OTHER' }],
  ];
  it.each(strangers)('lets no %s in, whatever is granted to their id and allowed in the channel', async (_, who) => {
    for (const channelId of ['C0ALL000', 'C0OTHER0']) {
      const gate = gateWith({ who, config: { ceilings } });
      await expect(gate.admit(asker('U0ADMIN', { channelId }), 'see')).rejects.toMatchObject({ kind: 'unauthorised' });
      await expect(gate.standing(asker('U0ADMIN', { channelId }))).rejects.toMatchObject({ kind: 'unauthorised' });
      expect(await gate.lacks('U0ADMIN', 'approve', switchover)).toBeDefined();
    }
  });

  it('lets nobody in where another organisation reads, even when the channel is listed', async () => {
    const gate = gateWith({ config: { ceilings }, channel: { isExternallyShared: true } });
    await expect(gate.admit(asker('U0ADMIN', { channelId: 'C0ALL000' }), 'see')).rejects.toThrow(/another organisation/);
  });

  it('lets nobody in when Slack can not be asked which channel it is, also where there is no ceiling', async () => {
    const deaf = { channel: () => Promise.reject(new Error('timeout')) };
    for (const rules of [ceilings, { byChannel: {} }])
      await expect(gateWith({ config: { ceilings: rules }, directory: deaf }).admit(asker('U0ADMIN'), 'see')).rejects.toThrow(
        /could not be asked/,
      );
  });
});
