import { describe, expect, it } from 'vitest';
import can from '../../commands/can.ts';
import type { Message } from '../../src/core/message.ts';
import type { GateConfig } from '../../src/gate/gate.ts';
import { createRights, type RightsNeeds } from '../../src/gate/rights-on.ts';
import { canMessage } from '../../src/status/can-message.ts';
import { messageLines } from '../support/message-lines.ts';
import { fakeView } from '../support/fake-view.ts';
import { asker, config, gateWith } from './gate-of.ts';

const SATURDAY = Date.parse('2026-11-28T10:00:00Z');
const window = { days: [1, 2, 3, 4, 5], from: 540, to: 1020, zone: 'Europe/Berlin' };
const plain = { reasonRequired: false, expiresIn: 9, startWithin: 5 };

interface Scene {
  readonly config?: Partial<GateConfig>;
  readonly locked?: readonly string[];
  readonly groups?: RightsNeeds['groups'];
}

async function rightsOf(userId: string, runbook = 'switchover', { config: rules = {}, locked = [], groups }: Scene = {}) {
  const gate = gateWith({ config: rules });
  const needs: RightsNeeds = {
    gate,
    rules: { ...config, ...rules },
    runbooks: [
      { name: 'switchover', risk: 'interrupts-writes' },
      { name: 'reinit', risk: 'can-lose-data' },
    ],
    groups: groups ?? (async () => [{ id: 'S0DBA', handle: 'dba', users: ['U0ANNA', 'U0ADAM'] }]),
    locked: async () => locked,
    clock: { now: () => SATURDAY },
  };
  return createRights(needs, await gate.standing(asker(userId))).on('billing', runbook);
}
const read = async (...args: Parameters<typeof rightsOf>): Promise<readonly string[]> =>
  messageLines(canMessage(await rightsOf(...args)));

describe('/pg can', () => {
  it('tells somebody who may what they may, who approves and what the policy asks for', async () => {
    expect(await read('U0APPROVER')).toEqual([
      '[ok] switchover on billing: you may ask for it',
      '[ok] You may approve it when somebody else asks',
      '[] Nothing else stands in the way now: no window, freeze or lock',
      '[] May ask: @U0APPROVER, @U0ASKER, @U0ADMIN, @U0LOCALADMIN, @dba (@U0ANNA, @U0ADAM)',
      '[] May approve: @U0APPROVER, @U0ASKER, @U0JUDGE, @U0ADMIN, @U0LOCALADMIN, @dba (@U0ANNA, @U0ADAM)',
      '[] If it interrupts writes: 2 approvals by other people, a reason (rule 1)',
      '[bad] If it can lose data: no policy allows what can lose data in production',
      '(Policy for production; the first rule that fits decides. Nobody approves what they asked for.)',
    ]);
  });

  it('tells somebody who may not exactly why, and who could', async () => {
    const lines = await read('U0VIEWER');
    expect(lines).toContain('[bad] switchover on billing: you can not ask for it');
    expect(lines).toContain('[bad] You may not ask for switchover on billing (role there: viewer)');
    expect(lines.at(-1)).toBe(
      '(Ask somebody who may, or the owners of Trunkline for a role that lets you, under people in its configuration.)',
    );
  });

  it('knows a grant for one runbook', async () => {
    expect((await rightsOf('U0REINIT', 'reinit')).cannotAsk).toBeUndefined();
    expect((await rightsOf('U0REINIT')).cannotAsk).toContain('may not ask for switchover on billing');
    expect((await rightsOf('U0REINIT', 'reinit')).mayAsk.flatMap(({ users }) => users)).toContain('U0REINIT');
  });

  it('names the ceiling, the window, the freeze and the lock that stand in the way now', async () => {
    const policies = [{ risk: ['interrupts-writes' as const], approvals: 0, windows: [window], ...plain }];
    const lines = await read('U0ADMIN', 'switchover', {
      config: { policies, ceilings: { byChannel: { C0OPS000: { may: ['see'] } } } },
      locked: ['billing is held by run r000009 (restart) for 3 s'],
    });
    expect(lines.slice(0, 5)).toEqual([
      '[bad] switchover on billing: you can not ask for it',
      '[bad] Nobody may ask for switchover on billing in this channel (at most: see)',
      '[info] Nobody may approve switchover on billing in this channel (at most: see)',
      '[warn] In the way now: it is outside of the allowed times (Mon-Fri 09:00-17:00 Europe/Berlin); allowed again from Mon 2026-11-30 09:00 Europe/Berlin',
      '[warn] In the way now: billing is held by run r000009 (restart) for 3 s',
    ]);
    const freezes = [{ fromMs: 0, untilMs: SATURDAY + 1, zone: 'UTC', reason: 'sales', risk: ['interrupts-writes' as const] }];
    expect((await rightsOf('U0ADMIN', 'switchover', { config: { freezes } })).inTheWay[0]).toContain('a freeze until');
  });

  it('says "now" when only the time is wrong', async () => {
    const lines = await read('U0ADMIN', 'switchover', { locked: ['billing is locked'] });
    expect(lines[0]).toBe('[bad] switchover on billing: you can not ask for it now');
  });

  it('names the groups whose votes count by their handle', async () => {
    const policies = [{ risk: ['interrupts-writes' as const], approvals: 1, from: ['S0DBA'], ...plain }];
    expect((await rightsOf('U0ADMIN', 'switchover', { config: { policies } })).rules[0]?.says).toContain('members of @dba other');
  });

  it('fails when Slack can not say who is in the groups, instead of telling half of it', async () => {
    await expect(rightsOf('U0ADMIN', 'switchover', { groups: () => Promise.reject(new Error('slack is away')) })).rejects.toThrow(
      'away',
    );
  });

  it('answers a wrong runbook with the nearest, and a hidden cluster as one that does not exist', async () => {
    await expect(rightsOf('U0ADMIN', 'swichover')).rejects.toMatchObject({ hint: 'Did you mean switchover?' });
    const typed = can.parse(['secret', 'switchover']);
    if (typed.does !== 'answer') throw new Error('can must answer');
    const on = () => Promise.reject<never>(new Error('the gate was asked about a hidden cluster'));
    const answer: Promise<Message> = typed.answer(fakeView({ snapshots: [] }), [], { on });
    await expect(answer).rejects.toMatchObject({ kind: 'refusal', message: expect.stringContaining('there is no cluster') });
  });
});
