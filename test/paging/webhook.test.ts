import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createWebhook } from '../../src/paging/webhook.ts';
import { bodyOf } from '../support/body-of.ts';
import { httpServer, type TestServer } from '../support/http-server.ts';
import { page } from './page.ts';

let server: TestServer | undefined;
afterEach(() => server?.close());

/** Sends one page to a server that answers so. */
async function sent(
  answer: (response: ServerResponse, request: IncomingMessage) => void,
  about = page(),
  signal = AbortSignal.timeout(5000),
) {
  let body = '';
  let headers: IncomingHttpHeaders = {};
  server = await httpServer((request, response) => {
    headers = request.headers;
    void bodyOf(request).then((text) => {
      body = text;
      answer(response, request);
    });
  });
  const url = new URL(`${server.url}/in?token=abc`);
  const target = createWebhook({ name: 'hook', url, secret: 'hunter2-key', clock: systemClock });
  const result = await target.send({ page: about, id: 'd1', signal });
  return { result, body, headers };
}
const ok = (response: ServerResponse) => response.writeHead(204).end();

describe('a webhook', () => {
  it('gets the incident as JSON with the version of its form, so that receivers can be written once', async () => {
    const { result, body } = await sent(ok, page({ permalink: 'https://team.slack.com/archives/C1/p2' }));
    expect(result).toEqual({ ok: true });
    expect(JSON.parse(body)).toEqual({
      version: 1,
      id: 'd1',
      incident: '8f2c-4711-billing',
      phase: 'open',
      severity: 'critical',
      cluster: 'billing',
      situation: 'failover',
      summary: 'pg1 lost the leader key and nobody has it now',
      details: ['leader key and member key were deleted in one revision', 'at least 16 KiB of WAL are at risk'],
      since: '2026-11-30T02:00:00.000Z',
      sent: expect.stringMatching(/^\d{4}-.*Z$/),
      link: 'https://team.slack.com/archives/C1/p2',
      acknowledgedBy: null,
      test: false,
    });
  });

  it('is signed over time and body, so that a receiver can tell ours from others and new from old', async () => {
    const { body, headers } = await sent(ok);
    const seconds = String(headers['trunkline-timestamp']);
    const signature = createHmac('sha256', 'hunter2-key').update(`${seconds}.${body}`).digest('hex');
    expect(headers['trunkline-signature']).toBe(`v1=${signature}`);
    expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(10);
    expect(headers['trunkline-delivery']).toBe('d1');
  });

  it.each([
    [500, undefined, { again: true, why: 'it answered 500' }],
    [429, '7', { again: true, waitMs: 7000 }],
    [503, 'Mon, 30 Nov 2036 02:00:00 GMT', { again: true, waitMs: expect.any(Number) }],
    [404, undefined, { again: false, why: 'it answered 404' }],
    [401, '7', { again: false }],
  ])('that answers %s is tried again only where that can help, and when it says', async (status, retryAfter, expected) => {
    const { result } = await sent((response) =>
      response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end('token=abc'),
    );
    expect(result).toMatchObject({ ok: false, ...expected });
    expect(JSON.stringify(result)).not.toContain('abc');
  });

  it('is not followed to another address, which would get the signature and the token', async () => {
    const { result } = await sent((response) => response.writeHead(307, { location: '/elsewhere' }).end());
    expect(result).toMatchObject({ ok: false, again: false, why: expect.stringContaining('redirect') });
    expect(server?.requests).toEqual(['POST /in?token=abc']);
  });

  it('has taken it when it says so, even if its body never ends', async () => {
    const { result } = await sent((response) => response.writeHead(200).write('x'), page(), AbortSignal.timeout(200));
    expect(result).toEqual({ ok: true });
  });

  it('that says nothing, or drip-feeds its headers, is given up at the deadline of the whole', async () => {
    const late = sent((_, request) => request.socket.write('HTTP/1.1 200 OK\r\nx-a: '), page(), AbortSignal.timeout(200));
    await expect(late).rejects.toThrow();
  });

  it('is reached directly, whatever proxy the environment names', async () => {
    process.env.HTTP_PROXY = 'http://127.0.0.1:1';
    try {
      expect((await sent(ok)).result).toEqual({ ok: true });
    } finally {
      delete process.env.HTTP_PROXY;
    }
  });
});
