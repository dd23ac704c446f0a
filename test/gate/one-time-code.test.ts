import { describe, expect, it } from 'vitest';
import { addressOf, newSecret, stepOf } from '../../src/gate/one-time-code.ts';
import { createSealer } from '../../src/gate/seal.ts';

/** `12345678901234567890` in base32, the secret of RFC 6238, appendix B; its codes there have 8 digits, of which ours are the last 6. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const KEY = Buffer.alloc(32, 7).toString('base64');
const OTHER_KEY = 'ab'.repeat(32);

describe('a one-time code', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %i s is %s, as RFC 6238 says', (seconds, code) => {
    expect(stepOf(RFC_SECRET, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
  });

  it('counts one step early and late, and names its own step, so that it can be used once', () => {
    const step = Math.floor(1_111_111_111 / 30);
    expect(stepOf(RFC_SECRET, '050471', (step + 1) * 30_000 + 29_999)).toBe(step);
    expect(stepOf(RFC_SECRET, '050471', (step - 1) * 30_000)).toBe(step);
    expect(stepOf(RFC_SECRET, '050471', (step + 2) * 30_000)).toBeUndefined();
    expect(stepOf(RFC_SECRET, '050471', (step - 1) * 30_000 - 1)).toBeUndefined();
  });

  it('is wrong when it is not the one', () => {
    for (const code of ['287083', '', '28708', '2870822', 'abcdef']) expect(stepOf(RFC_SECRET, code, 59_000)).toBeUndefined();
  });

  it('comes from a secret of 160 bits, and an address that apps take', () => {
    expect(newSecret()).toMatch(/^[A-Z2-7]{32}$/);
    expect(newSecret()).not.toBe(newSecret());
    const address = new URL(addressOf({ secret: RFC_SECRET, issuer: 'Trunkline', label: 'olga' }));
    expect(decodeURIComponent(address.pathname)).toContain('Trunkline:olga');
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      secret: RFC_SECRET,
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });
});

describe('a sealed secret', () => {
  it('opens for its owner only, and looks different each time', () => {
    const sealer = createSealer(KEY);
    const sealed = sealer.seal(RFC_SECRET, 'U0ANNA');
    expect(sealed).not.toContain(RFC_SECRET);
    expect(sealer.seal(RFC_SECRET, 'U0ANNA')).not.toBe(sealed);
    expect(sealer.open(sealed, 'U0ANNA')).toBe(RFC_SECRET);
    // Somebody who can write to the store must not give their own secret to another person.
    expect(() => sealer.open(sealed, 'U0ADAM')).toThrow(/belongs to somebody else/);
  });

  it('does not open once it was changed', () => {
    const [version, id, iv, text = '', tag] = createSealer(KEY).seal(RFC_SECRET, 'U0ANNA').split('.');
    const changed = [version, id, iv, `${text[0] === 'A' ? 'B' : 'A'}${text.slice(1)}`, tag].join('.');
    expect(() => createSealer(KEY).open(changed, 'U0ANNA')).toThrow(/changed/);
    for (const broken of ['', 'v1', `v1.${id}`, `v1.${id}.a.b.c`])
      expect(() => createSealer(KEY).open(broken, 'U0ANNA')).toThrow();
  });

  it('still opens after the key was replaced, as long as the old one is kept', () => {
    const sealed = createSealer(KEY).seal(RFC_SECRET, 'U0ANNA');
    expect(createSealer(OTHER_KEY, [KEY]).open(sealed, 'U0ANNA')).toBe(RFC_SECRET);
    expect(() => createSealer(OTHER_KEY).open(sealed, 'U0ANNA')).toThrow(/which is not configured/);
  });

  it('takes a key of 32 bytes in base64 or hex, and nothing else, without repeating it', () => {
    for (const key of ['', 'short', Buffer.alloc(31).toString('base64'), 'ab'.repeat(31)])
      expect(() => createSealer(key)).toThrow(/^a key of totp is not 32 bytes in base64 or hex$/);
  });
});
