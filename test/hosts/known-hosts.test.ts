import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownHost } from '../../src/hosts/known-hosts.ts';
import { thrownBy } from '../support/ssh-pool-on.ts';
import { newKey } from '../support/new-key.ts';

const key = () => newKey().public.trim().split(' ').slice(0, 2).join(' ');
const mine = key();
const other = key();
const found = (text: string, host = 'pg1.example.com', port = 22) => knownHost(text, host, port).keys.length;

describe('a known_hosts file', () => {
  it.each([
    ['a plain name', `pg1.example.com ${mine}`, 1],
    ['a name in a list', `pg0,pg1.example.com,10.0.0.1 ${mine} of pg1`, 1],
    ['another case', `PG1.Example.COM ${mine}`, 1],
    ['a wildcard', `*.example.com ${mine}`, 1],
    ['one sign', `pg?.example.com ${mine}`, 1],
    ['a negation that does not fit', `!pg2.example.com,*.example.com ${mine}`, 1],
    ['a negation that fits, wherever it stands', `*.example.com,!pg1.* ${mine}`, 0],
    ['negations alone', `!pg2.example.com ${mine}`, 0],
    ['another name', `pg2.example.com ${mine}`, 0],
    ['the beginning of the name', `pg1 ${mine}`, 0],
    ['another port', `[pg1.example.com]:2222 ${mine}`, 0],
    ['a comment', `# pg1.example.com ${mine}`, 0],
    ['two keys', `pg1.example.com ${mine}\r\n\n  pg1.example.com ${other}\n`, 2],
  ])('with %s', (_what, text, count) => {
    expect(found(text)).toBe(count);
  });

  it('names another port than 22 in brackets', () => {
    expect(found(`[10.0.0.1]:2222 ${mine}`, '10.0.0.1', 2222)).toBe(1);
    expect(found(`10.0.0.1 ${mine}`, '10.0.0.1', 2222)).toBe(0);
    expect(found(`[10.0.0.*]:2222 ${mine}`, '10.0.0.1', 2222)).toBe(1);
  });

  it('tells revoked keys and authorities apart from keys', () => {
    const text = `@revoked * ${other}\n@cert-authority *.example.com ${mine}\npg1.example.com ${mine}`;
    const { keys, revoked, authorities } = knownHost(text, 'pg1.example.com', 22);
    expect([keys.length, revoked.length, authorities]).toEqual([1, 1, 1]);
    expect(`ssh-ed25519 ${revoked[0]?.toString('base64')}`).toBe(other);
  });

  it.each([
    ['an unknown marker', `@revokd * ${mine}`, /@revokd is no marker/],
    ['no key', 'pg1.example.com ssh-ed25519', /lacks a key/],
    ['a key that is no base64', 'pg1.example.com ssh-ed25519 AAAA!', /lacks a key/],
    ['a key of another type', `pg1.example.com ${mine.replace('ssh-ed25519', 'ssh-rsa')}`, /not of the type ssh-rsa/],
    ['a key cut short', `pg1.example.com ${mine.slice(0, 20)}`, /not of the type/],
    ['a broken hash', `|1|abc|def ${mine}`, /\|1\|salt\|hash/],
  ])('is refused with its line where it has %s, because a revocation could hide there', async (_what, line, words) => {
    const refused = await thrownBy(Promise.resolve().then(() => found(`pg2 ${mine}\n${line}`)));
    expect(refused.message).toMatch(/^line 2 of the known_hosts file is not understood: /);
    expect(refused.message).toMatch(words);
  });

  it('finds a hashed name and no other one', () => {
    fc.assert(
      fc.property(fc.domain(), fc.domain(), fc.integer({ min: 1, max: 65_535 }), (host, another, port) => {
        const salt = randomBytes(20);
        const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
        const hash = createHmac('sha1', salt).update(name).digest('base64');
        const text = `|1|${salt.toString('base64')}|${hash} ${mine}`;
        expect(found(text, host, port)).toBe(1);
        expect(found(text, another, port)).toBe(another.toLowerCase() === host.toLowerCase() ? 1 : 0);
      }),
    );
  });

  it('answers hostile text with a refusal or with keys, quickly, and never with another error', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.constantFrom('@revoked', '|1|', '*'.repeat(60), ' ', '\t'),
    );
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 6 }), (words) => {
        try {
          expect(found(`${words.join(' ')}\n${words.join('*')} ${mine}`)).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(error).toMatchObject({ kind: 'refusal' });
        }
      }),
    );
    const stars = `${'*a'.repeat(400)}b ${mine}`;
    expect(found(stars, 'a'.repeat(1000))).toBe(0);
  });
});
