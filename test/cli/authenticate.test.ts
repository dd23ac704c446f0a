import { afterAll, describe, expect, it } from 'vitest';
import { createAuthenticate, FRESH_MS } from '../../src/cli/authenticate.ts';
import { canonicalJson } from '../../src/core/json.ts';
import { signedBy, sshKeys } from '../support/ssh-keys.ts';

const keys = sshKeys();
afterAll(() => keys.remove());
const olga = keys.make('ed25519');
const adam = keys.make('ed25519');
const stranger = keys.make('ed25519');
const NOW = 1_800_000_000_000;

const seen = new Set<string>();
const authenticate = createAuthenticate({
  people: [
    { user: 'U0OLGA', name: 'olga', keys: [olga.line] },
    { user: 'U0ADAM', name: 'adam', keys: [adam.line] },
  ],
  bot: 'trunkline',
  clock: { now: () => NOW },
  async once(key) {
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  },
});

let count = 0;
function body(who: { readonly path: string }, changes: Record<string, unknown> = {}, sign = (text: string) => text): string {
  count += 1;
  const nonce = `nonce-of-the-request-${count}`.padEnd(22, '-');
  const request = canonicalJson({ version: 1, bot: 'trunkline', text: 'clusters', atMs: NOW, nonce, ...changes });
  return JSON.stringify({ request, signature: signedBy(who.path, sign(request)) });
}

/** What the sender is told. */
async function told(text: string): Promise<string> {
  const answer = await authenticate(text);
  return answer.ok ? `let in as ${answer.signed.person.user}` : `${answer.error.message}; ${answer.error.hint}`;
}

describe('who speaks', () => {
  it('is told by the key, whether or not they say so', async () => {
    expect(await told(body(olga))).toBe('let in as U0OLGA');
    expect(await told(body(adam, { user: 'U0ADAM' }))).toBe('let in as U0ADAM');
  });

  it('is nobody without a listed key, and learns nothing about who is listed', async () => {
    const asOlga = await told(body(stranger, { user: 'U0OLGA' }));
    const asNobody = await told(body(stranger, { user: 'U0NOBODY' }));
    const asOther = await told(body(adam, { user: 'U0OLGA' }));
    const plain = (text: string) => text.replace(/SHA256:\S+/, 'KEY').replace(/U0[A-Z]+/, 'PERSON');
    expect(plain(asNobody)).toBe(plain(asOlga));
    expect(plain(asOther)).toBe(plain(asOlga));
    expect(asOlga).not.toContain('adam');
  });

  it('is nobody whose signature is of other words, another purpose, or no signature, before anything else is looked at', async () => {
    const forged = await told(body(olga, { atMs: 0, bot: 'other' }, (text) => text.replace('clusters', 'status')));
    expect(forged).toMatch(/^the key that signed this does not speak for anybody here/);
    const request = canonicalJson({ version: 1 });
    expect(await told(JSON.stringify({ request, signature: signedBy(olga.path, request, 'git') }))).toMatch(
      /^the key that signed this/,
    );
    for (const text of ['', 'null', '[]', '{"request":"x"}', '{"request":"x","signature":"y","more":1}'])
      expect(await told(text)).toMatch(/^something that nobody signed/);
  });
});

describe('a request that is well signed', () => {
  it.each([
    [-FRESH_MS - 1, /old by the clock of the bot/],
    [FRESH_MS + 1, /in the future by the clock of the bot/],
    [-FRESH_MS, /^let in/],
    [FRESH_MS, /^let in/],
  ])('counts for a minute around its time: %d ms', async (off, wanted) => {
    expect(await told(body(olga, { atMs: NOW + off }))).toMatch(wanted);
  });

  it('counts once, also for another person with the same nonce once each', async () => {
    const nonce = 'n'.repeat(30);
    expect(await told(body(olga, { nonce }))).toMatch(/^let in/);
    expect(await told(body(olga, { nonce, text: 'status' }))).toMatch(/received before/);
    expect(await told(body(adam, { nonce }))).toMatch(/^let in/);
  });

  it('counts for the bot that is meant only, and in the form that is known only', async () => {
    expect(await told(body(olga, { bot: 'staging' }))).toMatch(/this bot is 'trunkline', and the request is meant for 'staging'/);
    for (const changes of [{ version: 2 }, { more: 1 }, { nonce: 'short' }, { text: 7 }, { watch: false }])
      expect(await told(body(olga, changes))).toMatch(/not one that this bot understands/);
  });
});
