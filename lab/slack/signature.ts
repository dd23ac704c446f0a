import { createHmac, timingSafeEqual } from 'node:crypto';

/** Ways to sign a delivery that a bot must refuse (or, for `future`, that Bolt is known to accept). */
export const tamperings = ['none', 'wrong-secret', 'stale', 'future', 'missing'] as const;
export type Tampering = (typeof tamperings)[number];

/** Slack's v0 request signature: HMAC-SHA256 over `v0:timestamp:body` (docs.slack.dev, verifying requests). */
export function sign(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

export function isSignedWith(secret: string, timestamp: string, body: string, signature: string): boolean {
  const expected = Buffer.from(sign(secret, timestamp, body));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** The two signature headers of a delivery, good or bad as asked. `now` is in milliseconds since the epoch. */
export function signatureHeaders(
  secret: string,
  body: string,
  now: number,
  tampering: Tampering = 'none',
): Record<string, string> {
  if (tampering === 'missing') return {};
  const shift = tampering === 'stale' ? -3600 : tampering === 'future' ? 3600 : 0;
  const timestamp = String(Math.floor(now / 1000) + shift);
  const secretUsed = tampering === 'wrong-secret' ? `not-${secret}` : secret;
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': sign(secretUsed, timestamp, body) };
}
