import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChainCheck } from '../../src/audit/chain-check.ts';
import { signHead } from '../../src/audit/head-signature.ts';
import { newKeyPem, readSigningKey } from '../../src/audit/keys.ts';
import { GENESIS, hashOf, type SealedEntry, sealEntry } from '../../src/core/audit-entry.ts';
import { AuditFacts } from '../../src/core/audit-facts.ts';
import { chainOf, checkedAgainst, publicKeys, signedEnd, signingKey } from '../support/chain-of.ts';
import { factsOf } from '../support/store-of.ts';

const lines = (count: number) => Array.from({ length: count }, (_, at) => factsOf({ atMs: at, why: `line ${at + 1}` }));
const chain = chainOf(lines(5));
const head = signedEnd(chain);

const anyFacts: fc.Arbitrary<AuditFacts> = fc.record({
  atMs: fc.nat(),
  who: fc.string({ unit: 'grapheme' }),
  via: fc.constantFrom('slack', 'cli', 'worker'),
  what: fc.constantFrom('run.request', 'run.approve', 'step.started'),
  result: fc.constantFrom('pending', 'refused'),
  why: fc.string({ unit: 'binary' }),
});
const anyChain = fc.array(anyFacts, { minLength: 2, maxLength: 12 }).map(chainOf);

/** Everything from a place on, sealed anew, as one who can write to Redis and knows the form of the log would do it. */
function rewritten(from: number, facts: readonly AuditFacts[], before: readonly SealedEntry[]): readonly SealedEntry[] {
  const made = before.slice(0, from);
  for (const one of facts) made.push(sealEntry(one, made.at(-1) ?? GENESIS));
  return made;
}
const factsIn = (entries: readonly SealedEntry[]) => entries.map(({ text }) => AuditFacts.parse(JSON.parse(text)));

describe('any chain', () => {
  it('is whole as it was written', () => {
    fc.assert(
      fc.property(anyChain, (made) => {
        expect(checkedAgainst(made, signedEnd(made))).toMatchObject({ faultCount: 0, entries: made.length });
      }),
    );
  });

  const tamper = fc.constantFrom('edit', 'edit and hash', 'remove', 'insert', 'swap', 'cut', 'rewrite from here');
  it('that was changed in any one place is found out by its signed end', () => {
    fc.assert(
      fc.property(anyChain, tamper, fc.nat(), anyFacts, (made, how, place, other) => {
        const at = place % made.length;
        const changed = changedAt(made, how, at, other);
        fc.pre(JSON.stringify(changed) !== JSON.stringify(made));
        expect(checkedAgainst(changed, signedEnd(made)).faultCount, how).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

function changedAt(made: readonly SealedEntry[], how: string, at: number, other: AuditFacts): readonly SealedEntry[] {
  const entry = made[at];
  if (!entry) throw new Error('no entry there');
  const prev = made[at - 1] ?? GENESIS;
  if (how === 'edit') return made.with(at, { ...entry, text: sealEntry(other, prev).text });
  if (how === 'edit and hash') return made.with(at, sealEntry(other, prev));
  if (how === 'remove') return made.toSpliced(at, 1);
  if (how === 'insert') return made.toSpliced(at, 0, sealEntry(other, prev));
  if (how === 'swap') return made.with(at, made[(at + 1) % made.length] ?? entry).with((at + 1) % made.length, entry);
  if (how === 'cut') return made.slice(0, at);
  return rewritten(at, [other, ...factsIn(made.slice(at + 1))], made);
}

describe('what is wrong is said with its place', () => {
  const faultsOf = (changed: readonly SealedEntry[]) => checkedAgainst(changed, head).faults;
  const [, second, third] = chain;
  if (!second || !third) throw new Error('too short');

  it('an edited text', () => {
    const edited = { ...third, text: third.text.replace('line 3', 'line X') };
    expect(faultsOf(chain.with(2, edited))).toEqual(['entry 3 was edited: its text does not fit its hash']);
  });

  it('a replaced entry, because the next one names the old hash', () => {
    const forged = sealEntry(factsOf({ why: 'forged' }), second);
    expect(faultsOf(chain.with(2, forged))).toEqual(['entry 4 does not follow the one before it: one of the two was replaced']);
  });

  it('one missing entry, and several', () => {
    expect(faultsOf(chain.toSpliced(2, 1))[0]).toBe('entry 3 is missing; entry 4 follows');
    expect(faultsOf(chain.toSpliced(0, 2))[0]).toBe('entries 1 to 2 are missing; entry 3 follows');
  });

  it('an entry that stands twice', () => {
    expect(faultsOf(chain.toSpliced(3, 0, third))).toContain('entry 3 stands behind entry 3: it was put in or moved');
  });

  it('a cut tail, by the head that was signed before', () => {
    expect(faultsOf(chain.slice(0, 3))).toEqual([
      'the tail was cut off: the signed head at entry 5 was there, but the log ends at entry 3',
    ]);
  });

  it('a past that was written anew with right hashes, by the signed head', () => {
    const anew = rewritten(
      2,
      lines(5)
        .slice(2)
        .map((facts) => ({ ...facts, who: 'U0OTHER' })),
      chain,
    );
    expect(faultsOf(anew)).toEqual([
      expect.stringMatching(/^the signed head at entry 5 has the hash .*: the past was rewritten$/),
    ]);
  });

  it('what is no entry at all', () => {
    const text = '{"seq":3}';
    expect(faultsOf(chain.with(2, { seq: 3, text, hash: hashOf(text) }))[0]).toBe('entry 3 is not an entry of this log');
  });
});

describe('a signed head in the log', () => {
  const withHead = (facts: Partial<AuditFacts>) => chainOf([...lines(5), factsOf({ what: 'audit.head', ...facts }), ...lines(1)]);

  it('counts when it is of the entry before it and by a known key', () => {
    expect(checkedAgainst(withHead({ head }), undefined)).toMatchObject({ faultCount: 0, signed: { genuine: 1, lastSeq: 5 } });
  });

  it('is refused when its signature does not fit', () => {
    const forged = { ...head, atMs: head.atMs + 1 };
    expect(checkedAgainst(withHead({ head: forged }), undefined).faults).toEqual([
      'the signature of the head in entry 6 is wrong',
    ]);
  });

  it('is refused when a stranger signed it', () => {
    const other = signHead(readSigningKey(newKeyPem()), { seq: 5, hash: head.hash }, 1);
    expect(checkedAgainst(withHead({ head: other }), undefined).faults).toEqual([
      expect.stringMatching(/^the head in entry 6 is signed by SHA256:\S+, which is none of the known keys$/),
    ]);
  });

  it('is refused when it is of another place', () => {
    const other = signHead(signingKey, { seq: 4, hash: chain[3]?.hash ?? '' }, 1);
    expect(checkedAgainst(withHead({ head: other }), undefined).faults[0]).toMatch(/is not that of the entry before it/);
  });

  it('is counted, not judged, where no key is known', () => {
    const check = createChainCheck({ keys: new Map(), pins: [] });
    for (const entry of withHead({ head })) check.add({ where: '', ...entry });
    expect(check.end()).toMatchObject({ faultCount: 0, signed: { genuine: 0, unjudged: 1 } });
  });
});

describe('files that follow one another', () => {
  const inFiles = (...files: readonly (readonly SealedEntry[])[]) => {
    const check = createChainCheck({ keys: publicKeys, pins: [] });
    for (const file of files) {
      check.nextFile();
      for (const entry of file) check.add({ where: '', ...entry });
    }
    return check.end();
  };

  it('are one chain', () => {
    expect(inFiles(chain.slice(0, 2), chain.slice(2))).toMatchObject({ faultCount: 0, entries: 5 });
  });

  it('may say again at their beginning what was said before, and it counts once', () => {
    expect(inFiles(chain.slice(0, 4), chain.slice(1))).toMatchObject({ faultCount: 0, entries: 5 });
    expect(inFiles(chain, chain)).toMatchObject({ faultCount: 0, entries: 5 });
  });

  it('must not say it differently', () => {
    const other = rewritten(1, lines(4), chain);
    expect(inFiles(chain.slice(0, 4), other).faults).toContain('entry 4 is another one than in the file before');
  });

  it('must be given in order', () => {
    expect(inFiles(chain.slice(2), chain.slice(0, 2)).faults.join()).toMatch(/not in order/);
  });
});

describe('a part of a chain', () => {
  it('is checked against the entry before it, which is taken for true', () => {
    const check = createChainCheck({ keys: publicKeys, pins: [], from: 3, to: 4 });
    for (const entry of chain.slice(1, 4)) check.add({ where: '', ...entry });
    expect(check.end()).toMatchObject({ faultCount: 0, entries: 2, first: 3, head: { seq: 4 } });
  });
});

it('tells runs without an end as open, and not as a fault', () => {
  const hour = 3_600_000;
  const ofRun = (run: string, what: string, result: string, atMs: number) =>
    factsOf({ run, what, result, atMs, cluster: 'billing' });
  const report = checkedAgainst(
    chainOf([
      ofRun('ended', 'run.start', 'attempt 1', 0),
      ofRun('lost', 'run.start', 'attempt 1', 0),
      ofRun('halted', 'run.start', 'attempt 1', 0),
      ofRun('young', 'run.start', 'attempt 1', 9 * hour),
      ofRun('ended', 'run.end', 'succeeded', 1),
      ofRun('halted', 'run.end', 'halted', 1),
      ofRun('lost', 'run.withdraw', 'refused', 2),
    ]),
    undefined,
  );
  expect(report.faultCount).toBe(0);
  expect(report.openBefore(5 * hour)).toMatchObject([
    { run: 'lost', cluster: 'billing', last: 'run.start attempt 1' },
    { run: 'halted', last: 'run.end halted' },
  ]);
});
