import type { HttpAnswer } from './http-send.ts';
import type { Sent } from './target.ts';

/** What may pass by itself: request timeout, too early, too many requests (RFC 9110, 8470, 6585). */
const PASSING = new Set([408, 425, 429]);

/** What an answer says of what was sent, by its status alone. */
export function httpVerdict({ status, retryAfter }: HttpAnswer, nowMs: number): Sent {
  if (status >= 200 && status < 300) return { ok: true };
  if (status >= 300 && status < 400)
    return { ok: false, why: `it answered ${status}, a redirect, and those are not followed`, again: false };
  const waitMs = retryAfterMs(retryAfter, nowMs);
  const again = PASSING.has(status) || status >= 500;
  return { ok: false, why: `it answered ${status}`, again, ...(again && waitMs !== undefined ? { waitMs } : {}) };
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function retryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
