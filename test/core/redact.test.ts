import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactor } from '../../src/core/redact.ts';

/** With what JSON, URLs and forms write in another way. */
const SECRET = `hush "4711"\\ä/+x&=%-long`;
const redact = redactor([SECRET, 'hush-postgres-4712']);
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a known secret', () => {
  it.each([
    ['JSON', JSON.stringify({ msg: SECRET })],
    ['JSON inside of JSON', JSON.stringify({ body: JSON.stringify({ msg: SECRET }) })],
    ['a URL', encodeURIComponent(SECRET)],
    ['a URL in lower case', encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase())],
    ['a form', new URLSearchParams({ p: SECRET }).toString()],
    ['hex', Buffer.from(SECRET).toString('hex')],
    ['the base64 of URLs', Buffer.from(SECRET).toString('base64url')],
  ])('is hidden in %s', (_where, text) => {
    expect(redact(text)).toContain('[secret]');
    expect(redact(text)).not.toMatch(/hush|4711|long/u);
  });

  it('is hidden in base64 wherever in it the secret begins, as behind the user of an Authorization header', () => {
    const around = fc.string({ unit: 'binary-ascii', maxLength: 9 });
    fc.assert(
      fc.property(around, around, (before, after) => {
        const shown = redact(base64(`${before}${SECRET}${after}`)).replace('[secret]', '');
        expect(Buffer.from(shown, 'base64').toString('latin1')).not.toMatch(/hush|4711|long/u);
        expect(shown.length).toBeLessThanOrEqual(base64(before).length + base64(after).length + 6);
      }),
      { numRuns: 200 },
    );
  });

  it('shows less than a third of itself in two chunks, wherever a stream is cut', () => {
    for (let at = 0; at <= SECRET.length; at += 1) {
      const [left, right] = [redact(`log: ${SECRET.slice(0, at)}`), redact(`${SECRET.slice(at)} goes on`)];
      const shown =
        left.slice('log: '.length).replace('[secret]', '') + right.slice(0, -' goes on'.length).replace('[secret]', '');
      expect(shown.length).toBeLessThanOrEqual(SECRET.length / 3);
    }
  });

  it('is hidden where a quoted value was cut, with or without an ellipsis', () => {
    expect(redact('{"why":"FATAL hush-postgre"}')).toBe('{"why":"FATAL [secret]"}');
    expect(redact('FATAL hush-postgre… and more')).toBe('FATAL [secret]… and more');
  });

  it('of several lines is hidden line by line, as a log splits it', () => {
    const key = `-----BEGIN X-----\n${'A'.repeat(64)}\n${'B'.repeat(64)}\n-----END X-----`;
    expect(redactor([key])('B'.repeat(64))).toBe('[secret]');
  });
});

describe('what looks like a secret', () => {
  it.each([
    '{"password":"hunter2-x","x":1}',
    '{"password": "hunter2-\\"x"}',
    JSON.stringify('{"password": "hunter2-\\"x","x":1}'),
    'PATRONI_REPLICATION_PASSWORD=hunter2-x',
    "password='hunter2-x",
    'Authorization: Bearer hunter2-x',
    '{"authorization":"Basic hunter2-x"}',
    'https://joe:hunter2-x@etcd:2379/v3',
    'redis://:hunter2-x@redis:6379/0',
    'https://hooks.slack.com/workflows/T0/hunter2-x',
  ])('is hidden: %s', (text) => {
    expect(redact(text)).toContain('[secret]');
    expect(redact(text)).not.toContain('hunter2');
  });

  it('is hidden in JSON without breaking it', () => {
    for (const text of ['{"password":"x\\"y","a":1}', JSON.stringify({ a: '{"token":"x"}', b: 'password=x' })])
      expect(() => JSON.parse(redact(text))).not.toThrow();
  });

  it('is looked for in time that grows with the text alone, as a host may answer anything', () => {
    const parts = [
      'postgres://a:',
      '-----BEGIN ',
      'password=',
      'password ',
      'https://a:',
      'secret:"',
      'hush-p',
      'authorization: a ',
      '\\"',
    ];
    for (const part of parts) {
      const began = performance.now();
      redact(part.repeat(200_000 / part.length));
      expect(performance.now() - began, part).toBeLessThan(2000);
    }
  });
});
