import { anyPolicy } from '../support/any-policy.ts';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/core/run.ts';
import { reasonFlaw } from '../../src/gate/reason-flaw.ts';
import { createAttempts } from '../../src/runs/attempt.ts';
import type { AttemptNeeds } from '../../src/runs/attempt-needs.ts';
import { engineOf } from '../support/engine-of.ts';

type Engine = Awaited<ReturnType<typeof engineOf>>;

async function played(
  prepare: (engine: Engine) => Partial<AttemptNeeds> | undefined = () => undefined,
  changes: Partial<Run> = {},
) {
  const engine = await engineOf(changes);
  const needs = { ...engine.needs, ...prepare(engine) };
  await engine.clock.drive(createAttempts(needs)('r4k2m9xq', engine.reins));
  return { ...engine, ...engine.store.now() };
}

const noFlaw = () => undefined;

describe('before its first step, an attempt', () => {
  it('is stale when the policy lets nothing start now, whatever it said when it was asked', async () => {
    const closed = () => ({ says: 'there is a freeze until Monday', hint: 'Wait.' });
    const gate = { lacks: async () => undefined, policy: anyPolicy, reasonFlaw: noFlaw, closed };
    const { run, world } = await played(() => ({ gate }));
    expect(run).toMatchObject({ state: 'stale', why: 'it may not start: there is a freeze until Monday' });
    expect(world.acted).toEqual([]);
    const breakGlass = { reviewDueAtMs: 4_000_000_000_000 };
    const listed = { lacks: async () => undefined };
    expect((await played(() => ({ gate, breakGlass: listed }), { breakGlass })).run.state).toBe('succeeded');
  });

  it('is stale when the policy asks for more by now than was given', async () => {
    const gate = (more: object) => ({
      lacks: async () => undefined,
      closed: () => undefined,
      reasonFlaw: noFlaw,
      policy: () => ({ ...anyPolicy(), ...more }),
    });
    const two = await played(() => ({ gate: gate({ approvals: 2 }) }));
    expect(two.run).toMatchObject({ state: 'stale', why: expect.stringContaining('2 approvals by now') });
    const coded = await played(() => ({ gate: gate({ totp: true }) }));
    expect(coded.run).toMatchObject({ state: 'stale', why: 'the policy asks for one-time codes by now' });
    expect([...two.world.acted, ...coded.world.acted]).toEqual([]);
  });

  it('is stale when its reason does not hold what the policy asks for by now, and not when it does', async () => {
    const tightened = {
      lacks: async () => undefined,
      closed: () => undefined,
      policy: anyPolicy,
      reasonFlaw: (_risk: unknown, _subject: unknown, reason: string | undefined) =>
        reasonFlaw({ reasonRequired: true, reasonPattern: 'CHG-[0-9]{4}' }, reason, {
          risk: 'interrupts-writes',
          environment: 'production',
        }),
    };
    const why = 'the policy asks for another reason by now: ';
    const worded = await played(() => ({ gate: tightened }), { reason: 'kernel update' });
    expect(worded.run).toMatchObject({
      state: 'stale',
      why: `${why}the reason for what interrupts writes in production does not hold what the policy asks for`,
    });
    const bare = await played(() => ({ gate: tightened }));
    expect(bare.run).toMatchObject({ state: 'stale', why: `${why}what interrupts writes in production needs a reason` });
    expect([...worded.world.acted, ...bare.world.acted]).toEqual([]);
    expect((await played(() => ({ gate: tightened }), { reason: 'kernel update, CHG-4711' })).run.state).toBe('succeeded');
  });

  it('does not ask a change without approval for another reason', async () => {
    const gate = {
      lacks: async () => undefined,
      closed: noFlaw,
      policy: anyPolicy,
      reasonFlaw: () => ({ says: 'a ticket', hint: '' }),
    };
    const listed = { lacks: async () => undefined };
    const { run } = await played(() => ({ gate, breakGlass: listed }), { breakGlass: { reviewDueAtMs: 4_000_000_000_000 } });
    expect(run.state).toBe('succeeded');
  });

  it('asks whether who asked still may do just this, where what is asked needs more than to ask', async () => {
    const asked: unknown[] = [];
    const lacks = async (userId: string, need: string): Promise<undefined> => void asked.push(`${userId} ${need}`);
    const gate = { policy: anyPolicy, reasonFlaw: noFlaw, closed: () => undefined, lacks };
    await played(({ needs }) => {
      const found = needs.find('switchover');
      if (!found) throw new Error('the runbook was expected');
      return { gate, find: () => ({ ...found, runbook: { ...found.runbook, asks: () => 'administer' } }) };
    });
    expect(asked).toEqual(['U0ASKER administer', 'U1 approve']);
  });

  it('counts only the votes of the groups that the policy names by now, beside those that it named when it was asked', async () => {
    const dbas = new Set(['U1']);
    const asked: unknown[] = [];
    const gate = (from: readonly string[]) => ({
      closed: () => undefined,
      reasonFlaw: noFlaw,
      policy: () => ({ ...anyPolicy(), approvals: 1, from }),
      async lacks(userId: string, need: string, { approvalsFrom }: { readonly approvalsFrom?: readonly string[] | undefined }) {
        if (need === 'approve') asked.push(approvalsFrom);
        return approvalsFrom?.includes('S0DBA') && !dbas.has(userId) ? 'only votes of S0DBA count' : undefined;
      },
    });
    expect((await played(() => ({ gate: gate(['S0DBA']) }))).run.state).toBe('succeeded');
    dbas.clear();
    const { run, world } = await played(() => ({ gate: gate(['S0DBA']) }), { approvalsFrom: ['S0LEADS'] });
    expect(run).toMatchObject({
      state: 'stale',
      why: 'too few approvals count any more; void: ann (only votes of S0DBA count)',
    });
    expect(world.acted).toEqual([]);
    expect(asked.slice(-2)).toEqual([['S0LEADS'], ['S0DBA']]);
    asked.length = 0;
    await played(() => ({ gate: gate(['S0LEADS']) }), { approvalsFrom: ['S0LEADS'] });
    expect(asked).toEqual([['S0LEADS']]);
  });

  it('is stale when the policy asks the asker to confirm by now, and nobody was asked before', async () => {
    const policy = () => ({ ...anyPolicy(), confirm: true });
    const gate = { lacks: async () => undefined, closed: () => undefined, reasonFlaw: noFlaw, policy };
    const { run } = await played(() => ({ gate }), { approvalsNeeded: 0, votes: [] });
    expect(run).toMatchObject({ state: 'stale', why: 'the policy asks its asker to confirm it by now' });
  });

  it('asks before the start whether those who voted still may, in the groups whose votes count', async () => {
    const asked: unknown[] = [];
    const gate = {
      policy: anyPolicy,
      reasonFlaw: noFlaw,
      closed: () => undefined,
      lacks: async (...what: unknown[]): Promise<undefined> => void asked.push(what),
    };
    await played(() => ({ gate }), { approvalsFrom: ['S0LEADS'] });
    expect(asked).toEqual([
      ['U0ASKER', 'ask', { cluster: 'billing', runbook: 'switchover' }],
      ['U1', 'approve', expect.objectContaining({ cluster: 'billing', runbook: 'switchover', approvalsFrom: ['S0LEADS'] })],
    ]);
  });
});
