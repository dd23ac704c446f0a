import { describe, expect, it } from 'vitest';
import { type FreezeRule, type PolicyRule, policyFor, type Wish } from '../../src/gate/policy.ts';
import { policyWords } from '../../src/gate/policy-words.ts';
import { reasonFlaw } from '../../src/gate/reason-flaw.ts';
import { gateWith } from './gate-of.ts';

const plain = { reasonRequired: false, expiresIn: 900_000, startWithin: 300_000 };
const rules: readonly PolicyRule[] = [
  { risk: ['interrupts-writes'], runbooks: ['restart'], approvals: 0, confirm: true, ...plain },
  { risk: ['interrupts-writes'], clusters: ['billing'], approvals: 2, from: ['S0LEADS'], totp: true, ...plain },
  { risk: ['interrupts-writes'], environments: ['production'], approvals: 1, ...plain },
  { risk: ['reads', 'interrupts-nothing'], approvals: 0, ...plain },
];
const wish = (changes: Partial<Wish> = {}): Wish => ({
  ...{ risk: 'interrupts-writes', runbook: 'switchover', place: { name: 'billing', environment: 'production' } },
  ...changes,
});

describe('the policy', () => {
  const table: [string, Partial<Wish>, number | 'refused'][] = [
    ['the rule for a runbook', { runbook: 'restart' }, 1],
    ['the rule for a cluster', {}, 2],
    ['the rule for an environment', { place: { name: 'orders', environment: 'production' } }, 3],
    ['the rule for a risk', { risk: 'reads' }, 4],
    ['none, which refuses', { risk: 'can-lose-data' }, 'refused'],
    ['none in another environment', { place: { name: 'shop', environment: 'staging' } }, 'refused'],
    ['no rule for a runbook where none is named', { runbook: undefined }, 2],
  ];
  it.each(table)('takes the first that fits: %s', (_, changes, rule) => {
    const policy = policyFor(rules, [], wish(changes));
    expect(policy.allowed ? policy.rule : 'refused').toBe(rule);
  });

  it('says of what no rule fits what it is', () => {
    expect(policyFor(rules, [], wish({ risk: 'can-lose-data' }))).toMatchObject({
      says: 'no policy allows what can lose data in production',
    });
  });

  it('applies every freeze that fits, and no other', () => {
    const freeze = { fromMs: 0, untilMs: 9, zone: 'UTC', reason: 'x', risk: ['interrupts-writes'] as const };
    const freezes: readonly FreezeRule[] = [
      { ...freeze, environments: ['production'] },
      { ...freeze, clusters: ['shop'] },
      { ...freeze, risk: ['can-lose-data'] },
      { ...freeze, runbooks: ['switchover'] },
    ];
    const policy = policyFor(rules, freezes, wish());
    expect(policy.allowed && policy.freezes).toEqual([freezes[0], freezes[3]]);
  });

  it('is told in words that a person can act on', () => {
    const words = (changes: Partial<PolicyRule>, handle = (id: string) => id) => {
      const policy = policyFor([{ risk: ['reads'], approvals: 0, ...plain, ...changes }], [], wish({ risk: 'reads' }));
      return policy.allowed ? policyWords(policy, handle) : policy.says;
    };
    expect(words({})).toBe('no approval (rule 1)');
    expect(words({ approvals: 1, reasonRequired: true })).toBe('1 approval by other people, a reason (rule 1)');
    expect(words({ approvals: 2, from: ['S1'], totp: true }, () => 'leads')).toBe(
      '2 approvals by members of @leads other than the asker, a one-time code beside each click (rule 1)',
    );
    expect(words({ confirm: true, windows: [{ days: [1, 2, 3], from: 540, to: 1020, zone: 'UTC' }] })).toBe(
      'the asker confirms with a second click, only Mon-Wed 09:00-17:00 UTC (rule 1)',
    );
    expect(words({ reasonPattern: 'CHG-[0-9]+', reasonHint: 'the change ticket' })).toContain(
      'matches CHG-[0-9]+ (the change ticket)',
    );
  });
});

describe('the reason of a request', () => {
  const about = { risk: 'interrupts-writes', environment: 'production' } as const;
  const ticket = {
    reasonRequired: false,
    reasonPattern: '\\bCHG-[0-9]{4}\\b',
    reasonHint: 'Name the change: --reason "CHG-1234 ..."',
  };

  it('is asked for', () => {
    expect(reasonFlaw({ reasonRequired: true }, undefined, about)?.says).toBe(
      'what interrupts writes in production needs a reason',
    );
    expect(reasonFlaw({ reasonRequired: true }, 'disk', about)).toBeUndefined();
    expect(reasonFlaw({ reasonRequired: false }, undefined, about)).toBeUndefined();
  });

  it('holds what the pattern asks for, and who forgot it is told what that is', () => {
    expect(reasonFlaw(ticket, 'kernel update, CHG-4711', about)).toBeUndefined();
    expect(reasonFlaw(ticket, 'kernel update, CHG-471', about)).toMatchObject({ hint: ticket.reasonHint });
    expect(reasonFlaw(ticket, undefined, about)).toMatchObject({ hint: ticket.reasonHint });
  });

  it('is matched in linear time, so that no reason hangs the bot', () => {
    const begun = performance.now();
    reasonFlaw({ reasonRequired: true, reasonPattern: '^(([a-z])+.)+[A-Z]([a-z])+$' }, 'a'.repeat(5000), about);
    expect(performance.now() - begun).toBeLessThan(500);
  });
});

describe('the gate about a policy', () => {
  it('asks for no fewer approvals than the runbook itself, and lets nobody confirm alone what others must approve', () => {
    const policies: PolicyRule[] = [{ risk: ['can-lose-data'], approvals: 0, confirm: true, ...plain }];
    const gate = gateWith({ config: { policies, leastApprovals: (runbook) => (runbook === 'failover' ? 2 : 0) } });
    expect(gate.policy('can-lose-data', { cluster: 'shop', runbook: 'failover' })).toMatchObject({
      approvals: 2,
      confirm: false,
    });
    expect(gate.policy('can-lose-data', { cluster: 'shop', runbook: 'reinit' })).toMatchObject({ approvals: 0, confirm: true });
  });

  it('refuses what no policy allows also when only the reason or the time is asked about', () => {
    const gate = gateWith();
    const subject = { cluster: 'billing', runbook: 'switchover' };
    expect(gate.reasonFlaw('can-lose-data', subject, 'x')).toMatchObject({ says: expect.stringContaining('no policy') });
    expect(gate.closed('can-lose-data', subject, 0)).toMatchObject({ says: expect.stringContaining('no policy') });
    expect(gate.closed('interrupts-writes', subject, 0)).toBeUndefined();
    expect(gate.policy('interrupts-writes', subject)).toMatchObject({ allowed: true, approvals: 2 });
    expect(gate.policy('interrupts-writes', { cluster: 'shop' })).toMatchObject({ allowed: true, approvals: 0 });
  });
});
