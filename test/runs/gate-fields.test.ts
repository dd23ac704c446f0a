import { describe, expect, it } from 'vitest';
import { gateFields } from '../../src/runs/gate-fields.ts';
import { heldWords } from '../../src/runs/held-words.ts';
import type { Gate, PolicyAnswer } from '../../src/runs/needs.ts';

const wish = { risk: 'interrupts-writes', subject: { cluster: 'billing', runbook: 'switchover' }, atMs: 1000 } as const;
const said = (says: string) => ({ says, hint: 'Wait.' });

function gate(policy: Partial<Extract<PolicyAnswer, { allowed: true }>> = {}, rest: Partial<Gate> = {}) {
  return {
    policy: (): PolicyAnswer => ({ allowed: true, approvals: 1, expiresInMs: 900, startWithinMs: 300, ...policy }),
    reasonFlaw: () => undefined,
    closed: () => undefined,
    ...rest,
  };
}

describe('what the policy makes of a request', () => {
  it('waits for other people, or for the asker, or for nobody', () => {
    expect(gateFields(gate(), wish)).toEqual({ state: 'pending', approvalsNeeded: 1, expiresAtMs: 1900, startWithinMs: 300 });
    expect(gateFields(gate({ approvals: 0, confirm: true }), wish)).toMatchObject({ state: 'pending', confirmByAsker: true });
    expect(gateFields(gate({ approvals: 0 }), wish)).toMatchObject({ state: 'queued', expiresAtMs: 1300 });
  });

  it('keeps whose votes count and that a code stands beside them', () => {
    expect(gateFields(gate({ from: ['S1'], totp: true }), wish)).toMatchObject({ approvalsFrom: ['S1'], totpRequired: true });
  });

  it('is a refusal that names the reason or the time when one of them does not fit', () => {
    expect(() => gateFields(gate({}, { reasonFlaw: () => said('it needs a ticket') }), wish)).toThrow('it needs a ticket');
    expect(() => gateFields(gate({}, { closed: () => said('there is a freeze') }), wish)).toThrow('there is a freeze');
    expect(() => gateFields({ ...gate(), policy: () => ({ allowed: false, ...said('no policy') }) }, wish)).toThrow('no policy');
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
