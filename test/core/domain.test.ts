import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/json.ts';
import { formatLsn, parseLsn } from '../../src/core/lsn.ts';
import { planHash } from '../../src/core/plan-hash.ts';
import { redactor } from '../../src/core/redact.ts';
import { assertMove, isFinal, mayMove, RUN_STATES } from '../../src/core/run-state.ts';
import { formatBytes, formatDuration } from '../../src/core/units.ts';

describe('canonical JSON', () => {
  it('does not depend on the order in which keys were written, so that a stored plan hashes as before', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(object));
        expect(JSON.parse(canonicalJson(object))).toEqual(JSON.parse(JSON.stringify(object)));
      }),
    );
  });
});

describe('the plan hash', () => {
  const step = { id: 'a', title: 'Do a', within: 1000, until: { state: 'x', args: { member: 'pg1' } } };
  const check = { id: 'lag', verdict: 'pass' as const, says: 'pg2 is 3 MiB behind' };
  const base = {
    runbook: 'switchover',
    digest: 'd',
    input: { cluster: 'billing' },
    material: { leader: 'pg1' },
    plan: { summary: 's', checks: [check], risk: 'interrupts-writes' as const, steps: [step], notes: ['n'] },
  };

  it('stays when only a moving number changed, because lag within its bound voids nothing', () => {
    const moved = {
      ...base,
      plan: { ...base.plan, notes: ['other'], checks: [{ ...check, verdict: 'warn' as const, says: 'pg2 is 4 MiB behind' }] },
    };
    expect(planHash(moved)).toBe(planHash(base));
  });

  it.each([
    ['leader', { ...base, material: { leader: 'pg3' } }],
    ['release of the runbook', { ...base, digest: 'e' }],
    ['input', { ...base, input: { cluster: 'orders' } }],
    ['step', { ...base, plan: { ...base.plan, steps: [{ ...step, until: { state: 'x', args: { member: 'pg2' } } }] } }],
    ['check that blocks now', { ...base, plan: { ...base.plan, checks: [{ ...check, verdict: 'block' as const, hard: true }] } }],
    ['risk', { ...base, plan: { ...base.plan, risk: 'can-lose-data' as const } }],
  ])('changes with the %s, because that is not what was approved', (_what, other) => {
    expect(planHash(other)).not.toBe(planHash(base));
  });
});

describe('the plan hash with overrides', () => {
  const check = (verdict: 'pass' | 'block', hard: boolean | undefined) => ({ id: 'lag', verdict, hard, says: 'x' });
  const hash = (verdict: 'pass' | 'block', hard: boolean | undefined, reason?: string) =>
    planHash({
      ...{ runbook: 'switchover', digest: 'd', input: {}, material: {} },
      plan: { summary: 's', checks: [check(verdict, hard)], risk: 'reads', steps: [], notes: [] },
      ...(reason === undefined ? {} : { overrides: [{ check: 'lag', reason }] }),
    });

  it('holds whether the overridden block is still there or has gone', () => {
    expect(hash('block', false, 'why')).toBe(hash('pass', undefined, 'why'));
  });

  it('changes when the block has become a hard one, because nobody may override that', () => {
    expect(hash('block', true, 'why')).not.toBe(hash('block', false, 'why'));
  });

  it('is bound to the reason, and to the override itself', () => {
    expect(hash('block', false, 'why')).not.toBe(hash('block', false, 'other'));
    expect(hash('block', false)).not.toBe(hash('block', false, 'why'));
    expect(hash('pass', undefined)).not.toBe(hash('pass', undefined, 'why'));
  });
});

describe('run states', () => {
  it('let every state be reached from a draft and every life end', () => {
    const reached = new Set<(typeof RUN_STATES)[number]>(['draft']);
    for (const from of reached) for (const to of RUN_STATES.filter((state) => mayMove(from, state))) reached.add(to);
    expect([...reached].sort()).toEqual([...RUN_STATES].sort());
    expect(RUN_STATES.filter(isFinal)).toEqual(['stale', 'denied', 'expired', 'withdrawn', 'succeeded', 'failed', 'cancelled']);
  });

  it('throw at an illegal move, because only a bug makes one', () => {
    expect(() => assertMove('denied', 'running')).toThrow(/can not go from denied to running/);
  });
});

describe('WAL positions', () => {
  it('survive the way there and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (lsn) => {
        expect(parseLsn(formatLsn(lsn))).toBe(lsn);
      }),
    );
    expect(parseLsn('16/B374D848')).toBe(0x16 * 2 ** 32 + 0xb374d848);
    expect(() => parseLsn('16/B374D848; drop table')).toThrow(/not a WAL position/);
  });
});

describe('words for numbers', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [10 * 1024 ** 2, '10 MiB'],
    [-2048, '-2 KiB'],
  ])('%d bytes are %s', (bytes, words) => expect(formatBytes(bytes)).toBe(words));

  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [2449, '2.4 s'],
    [59_990, '1 min'],
    [185_000, '3 min 5 s'],
    [7_800_000, '2 h 10 min'],
    [356_400_000, '4 d 3 h'],
  ])('%d ms are %s', (millis, words) => expect(formatDuration(millis)).toBe(words));
});

describe('the redactor', () => {
  const redact = redactor(['s3cr3t/pass word', 'abc']);
  it.each([
    ['it is s3cr3t/pass word here'],
    [`b64 ${Buffer.from('s3cr3t/pass word').toString('base64')}`],
    [`url ${encodeURIComponent('s3cr3t/pass word')}`],
  ])('hides a known secret in every form: %s', (text) => expect(redact(text)).toContain('[secret]'));

  it.each([
    ['token xoxb-12345678-abcdefgh', 'xoxb-1234'],
    ['postgresql://u:hunter22@host/db', 'hunter22'],
    ["primary_conninfo = 'host=a password=hunter22'", 'hunter22'],
    ['rolpassword SCRAM-SHA-256$4096:abcd$efgh:ijkl', 'efgh'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----', 'abc\n'],
  ])('hides what looks like one: %s', (text, hidden) => expect(redact(text)).not.toContain(hidden));

  it('leaves other words alone, because a log full of stars helps nobody', () => {
    expect(redact('pg2 replays 3 MiB behind pg1')).toBe('pg2 replays 3 MiB behind pg1');
  });
});
