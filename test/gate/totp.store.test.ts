import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Secret, TOTP } from 'otpauth';
import { TrunklineError } from '../../src/core/errors.ts';
import { type Message, plain } from '../../src/core/message.ts';
import { createSealer } from '../../src/gate/seal.ts';
import { createTotp, noTotp, type Totp } from '../../src/gate/totp.ts';
import type { Letter, TotpNeeds } from '../../src/gate/totp-needs.ts';

import { quietLog } from '../support/quiet-log.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { type CheckedStore as Store, storesOn } from '../support/store-of.ts';
import { asker, gateWith } from './gate-of.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({ appendfsync: 'everysec' });
});
afterAll(() => server.stop());

const STEP_MS = 30_000;
const anna = asker('U0ANNA', { userName: 'anna' });
let nowMs: number;
let stores: readonly Store[];
let letters: { userId: string; message: Message; emptied?: Message }[];
let processes: readonly Totp[];

function totpOn(store: Store, changes: Partial<TotpNeeds> = {}): Totp {
  return createTotp({
    ...{ store: store.totp, audit: store.audit, issuer: 'Trunkline', gate: gateWith(), log: quietLog },
    sealer: createSealer('ab'.repeat(32)),
    picture: async (text) => Buffer.from(`picture of ${text}`),
    async send(userId, message, file): Promise<Letter> {
      expect(Buffer.from(file.content).toString()).toContain('otpauth://totp/');
      letters.push({ userId, message });
      return { channel: 'D0ANNA', ts: String(letters.length), files: ['F1'] };
    },
    async empty({ ts }, instead) {
      const letter = letters[Number(ts) - 1];
      if (letter) letter.emptied = instead;
    },
    clock: { now: () => nowMs, sleep: async () => undefined, every: () => () => undefined },
    ...changes,
  });
}

beforeEach(() => {
  nowMs = Date.now();
  letters = [];
  stores = storesOn(server, 3);
  processes = stores.map((store) => totpOn(store));
});

const [first, second, third] = [0, 1, 2].map((i) => () => {
  const found = processes[i];
  if (!found) throw new Error('no such process');
  return found;
}) as [() => Totp, () => Totp, () => Totp];
const store = () => stores[0] as Store;

/** What the newest letter shows as a key. */
function key(): string {
  const lines = letters.at(-1)?.message.parts.flatMap((part) => ('line' in part ? [part.line] : [])) ?? [];
  const spans = lines.flat().flatMap((span) => (typeof span === 'object' && 'revealed' in span ? [span.revealed] : []));
  return (spans[0] ?? '').replaceAll(' ', '');
}
const code = (offMs = 0, secret = key()) =>
  new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 }).generate({
    timestamp: nowMs + offMs,
  });
const wrong = () => String((Number(code()) + 1) % 1_000_000).padStart(6, '0');

/** The sentence of a refusal. */
const refused = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'taken',
    (error: unknown) => (error instanceof TrunklineError ? `${error.kind}: ${error.message}` : String(error)),
  );
const trail = async () => (await store().audit.read(1, 999)).map(({ what, result }) => `${what} ${result}`);

async function enrolled(): Promise<void> {
  await first().totpEnroll(anna);
  await first().totpConfirm(anna, code());
  nowMs += STEP_MS;
}

describe('one-time codes', () => {
  it('are got by a key in a direct message and count after the first right code; then the key is gone from Slack', async () => {
    const answer = await first().totpEnroll(anna);
    expect(answer).toMatchObject({ forAskerOnly: true, summary: expect.stringContaining('direct message') });
    expect(JSON.stringify(answer)).not.toContain(key());
    expect(letters).toMatchObject([{ userId: 'U0ANNA' }]);
    expect(await refused(first().prove(anna, code()))).toBe('refusal: you have no one-time codes yet');
    expect((await second().totpConfirm(anna, code())).summary).toBe('Your one-time codes count from now on.');
    expect(letters[0]?.emptied?.summary).toContain('was removed');
    expect(JSON.stringify(letters[0]?.emptied)).not.toContain(key());
    nowMs += STEP_MS;
    expect(await refused(third().prove(anna, code()))).toBe('taken');
    expect(await trail()).toEqual(['totp.enroll sent', 'totp.confirm confirmed']);
  });

  it('are nowhere readable: not in the store, not in the audit log, not in the text of a message', async () => {
    await enrolled();
    await refused(first().totpConfirm(anna, wrong()));
    const client = server.client();
    const names = await client.keys('*');
    const kept = await Promise.all(
      names.map(async (name) =>
        (await client.type(name)) === 'hash' ? client.hgetall(name) : client.xrange(name, '-', '+').catch(() => ''),
      ),
    );
    const texts = JSON.stringify([kept, await store().audit.read(1, 999)]);
    expect(texts).not.toContain(key());
    expect(texts).not.toContain(wrong());
    for (const part of letters[0]?.message.parts ?? []) if ('line' in part) expect(plain(part.line)).not.toContain(key());
  });

  it('count once, however many processes are asked at once', async () => {
    await enrolled();
    const asked = Array.from({ length: 12 }, (_, i) => refused((processes[i % 3] ?? first()).prove(anna, code())));
    const outcomes = await Promise.all(asked);
    expect(outcomes.filter((word) => word === 'taken')).toHaveLength(1);
    for (const word of outcomes) expect(word).toMatch(/^taken$|used already|too many wrong/);
  });

  it('of before count no more once a later one was used', async () => {
    await enrolled();
    expect(await refused(first().prove(anna, code(STEP_MS)))).toBe('taken');
    expect(await refused(first().prove(anna, code()))).toBe('refusal: this one-time code was used already');
  });

  it('can be tried wrongly five times in 15 minutes, by all processes together, and then not even a right one counts', async () => {
    await enrolled();
    const guesses = await Promise.all(
      Array.from({ length: 30 }, (_, i) => refused((processes[i % 3] ?? first()).prove(anna, wrong()))),
    );
    expect(guesses.filter((word) => word.includes('is wrong'))).toHaveLength(5);
    expect(guesses.filter((word) => word.includes('too many wrong codes'))).toHaveLength(25);
    expect(await refused(first().prove(anna, code()))).toBe('refusal: too many wrong codes');
  });

  it('that are no six digits cost no try, and are not repeated', async () => {
    await enrolled();
    for (let i = 0; i < 9; i += 1)
      expect(await refused(first().prove(anna, '12345x'))).toBe('refusal: a one-time code is six digits');
    expect(await refused(first().prove(anna, ` ${code().slice(0, 3)} ${code().slice(3)} `))).toBe('taken');
  });

  it('are missing when none is given, and the answer says where the form is', async () => {
    await enrolled();
    expect(await refused(first().prove(anna, undefined))).toContain('a one-time code is needed beside this click');
  });

  it('are not replaced by who has them, or a stolen Slack account could; an unconfirmed key may be sent again', async () => {
    await first().totpEnroll(anna);
    const before = key();
    await first().totpEnroll(anna);
    expect(key()).not.toBe(before);
    expect(await refused(first().totpConfirm(anna, code(0, before)))).toContain('is wrong');
    await first().totpConfirm(anna, code());
    expect(await refused(first().totpEnroll(anna))).toBe('refusal: you have one-time codes already');
    expect(await refused(first().totpConfirm(anna, code(STEP_MS)))).toBe('refusal: your one-time codes count already');
  });

  it('are voided by another admin only, by member ID, and all of it is written down', async () => {
    await enrolled();
    const admin = asker('U0ADMIN');
    expect(await refused(first().totpReset(asker('U0APPROVER'), 'U0ANNA'))).toMatch(/^unauthorised: you may not administer/);
    expect(await refused(first().totpReset(asker('U0LOCALADMIN'), 'U0ANNA'))).toMatch(/^unauthorised/);
    expect(await refused(first().totpReset(admin, 'U0ADMIN'))).toContain('nobody resets their own codes');
    const byName = await first()
      .totpReset(admin, '@anna')
      .catch((error: unknown) => error);
    expect(byName).toMatchObject({ kind: 'refusal', hint: expect.stringContaining('`/pg totp reset U0ANNA`') });
    expect(await refused(first().totpReset(admin, '<@U0ANNA|anna>'))).toBe('taken');
    expect(await refused(first().prove(anna, code()))).toBe('refusal: you have no one-time codes yet');
    expect(await refused(first().totpReset(admin, 'U0ANNA'))).toBe('refusal: U0ANNA has no one-time codes');
    expect((await trail()).filter((line) => line.startsWith('totp.reset'))).toEqual([
      ...Array.from({ length: 4 }, () => 'totp.reset refused'),
      'totp.reset reset',
      'totp.reset refused',
    ]);
    expect(await store().audit.verify()).toMatchObject({ ok: true });
  });

  it('do not count when the secret is replaced between the look and the try', async () => {
    await enrolled();
    const kept = await store().totp.get('U0ANNA');
    const tried = { userId: 'U0ANNA', sealed: `${kept?.sealed}x`, step: Math.floor(nowMs / STEP_MS) };
    expect(await store().totp.use(tried)).toEqual({ outcome: 'changed' });
    expect(await store().totp.use({ ...tried, userId: 'U0NOBODY' })).toEqual({ outcome: 'missing' });
  });

  it('say so when the message with the key could not be emptied', async () => {
    const deaf = totpOn(store(), { empty: () => Promise.reject(new Error('slack is away')) });
    await deaf.totpEnroll(anna);
    expect((await deaf.totpConfirm(anna, code())).summary).toContain('Delete the direct message with the key');
  });

  it('leave no key behind that counts when the direct message can not be sent', async () => {
    const mute = totpOn(store(), { send: () => Promise.reject(new Error('cannot_dm')) });
    expect(await refused(mute.totpEnroll(anna))).toContain('cannot_dm');
    expect((await store().totp.get('U0ANNA'))?.isConfirmed).toBe(false);
    expect(await trail()).toEqual(['totp.enroll sent', 'totp.enroll broke']);
  });

  it('are refused with what to do where nobody has set them up', async () => {
    expect(await refused(noTotp().totpEnroll(anna))).toBe('refusal: one-time codes are not set up here');
    expect(await refused(noTotp().prove(anna, '123456'))).toBe('refusal: one-time codes are not set up here');
  });
});
