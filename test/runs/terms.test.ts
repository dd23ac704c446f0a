import { describe, expect, it } from 'vitest';
import { NeedsReason } from '../../src/core/needs-reason.ts';
import { heldWords } from '../../src/runs/held-words.ts';
import type { Gate, PolicyAnswer } from '../../src/runs/needs.ts';
import { termsOf } from '../../src/runs/terms.ts';

const subject = { cluster: 'billing', runbook: 'switchover' };
const wish: Parameters<typeof termsOf>[1] = { risk: 'interrupts-writes', subject, request: {}, overrides: [], nowMs: 1000 };
const said = (says: string) => ({ says, hint: 'Wait.' });

function gate(policy: Partial<Extract<PolicyAnswer, { allowed: true }>> = {}, rest: Partial<Gate> = {}) {
  return {
    policy: (): PolicyAnswer => ({ allowed: true, approvals: 1, expiresInMs: 900, startWithinMs: 300, ...policy }),
    reasonFlaw: () => undefined,
    ...rest,
  };
}

describe('what the policy makes of a request', () => {
  it('waits for other people, or for the asker, or for nobody', () => {
    expect(termsOf(gate(), wish)).toEqual({ state: 'pending', approvalsNeeded: 1, expiresAtMs: 1900, startWithinMs: 300 });
    expect(termsOf(gate({ approvals: 0, confirm: true }), wish)).toMatchObject({ state: 'pending', confirmByAsker: true });
    expect(termsOf(gate({ approvals: 0 }), wish)).toMatchObject({ state: 'queued', expiresAtMs: 1300 });
  });

  it('keeps whose votes count and that a code stands beside them', () => {
    expect(termsOf(gate({ from: ['S1'], totp: true }), wish)).toMatchObject({ approvalsFrom: ['S1'], totpRequired: true });
  });

  it('asks another person where something is overridden, never the asker alone', () => {
    const overrides = [{ check: 'vip', reason: 'known' }];
    const terms = termsOf(gate({ approvals: 0, confirm: true }), { ...wish, overrides });
    expect(terms).toMatchObject({ state: 'pending', approvalsNeeded: 1 });
    expect(terms.confirmByAsker).toBeUndefined();
  });

  it('is judged for the time at which it would start', () => {
    const times: number[] = [];
    const policy: Gate['policy'] = (_risk, _subject, atMs) => {
      times.push(atMs);
      return { allowed: false, ...said('there is a freeze') };
    };
    expect(() => termsOf({ ...gate(), policy }, wish)).toThrow('there is a freeze');
    expect(() => termsOf({ ...gate(), policy }, { ...wish, request: { start: { at: { atMs: 9000, says: 'x' } } } })).toThrow();
    expect(times).toEqual([1000, 9000]);
  });

  it('asks for a missing reason by a form, and refuses one that does not fit with what it must hold', () => {
    const flawed = gate({}, { reasonFlaw: () => ({ says: 'it needs a ticket', hint: 'Name the change.' }) });
    const thrown = (reason?: string) => {
      try {
        return termsOf(flawed, { ...wish, request: reason === undefined ? {} : { reason } });
      } catch (error) {
        return error;
      }
    };
    expect(thrown()).toBeInstanceOf(NeedsReason);
    expect(thrown('disk')).not.toBeInstanceOf(NeedsReason);
    expect(thrown('disk')).toMatchObject({ kind: 'refusal', hint: 'Name the change.' });
  });
});

describe('who holds a lock', () => {
  const holder = (resource: string) => ({ resource, run: 'r000009', runbook: 'restart', sinceMs: 0 });

  it('is told by run and runbook', () => {
    expect(heldWords([holder('cluster:billing')], 3000, ['billing'])).toBe('billing is held by run r000009 (restart) for 3 s');
  });

  it('names no cluster that the reader may not see, whatever it shares with theirs', () => {
    const words = heldWords([holder('cluster:vault'), holder('member:vault/pg1'), holder('etcd:main')], 3000, ['billing']);
    expect(words).toBe(
      'something that it shares with another cluster is held by a run there; main is held by run r000009 (restart) for 3 s',
    );
  });
});
