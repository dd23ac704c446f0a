import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { codeOf, networkClause } from '../core/network-clause.ts';

/** What an error of the Web API means for what was asked. */
export type SlackFailure =
  /** Slack said no, by its error code: asking again changes nothing. */
  | { readonly kind: 'refused'; readonly code: string }
  /** Not done; to be asked again after `waitMs` and not before. */
  | { readonly kind: 'rate-limited'; readonly waitMs: number }
  /** It never left this machine. */
  | { readonly kind: 'unsent'; readonly says: string }
  /** It may have been done: the answer was lost or was an error of the server. */
  | { readonly kind: 'unknown'; readonly says: string };

/** Slack's own trouble, told as a platform error: worth another try (docs.slack.dev, common errors of every method). */
const TRANSIENT = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org']);
const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const NO_RETRY_AFTER_MS = 5000;

/** Sorts an error thrown by the Web API client; an error that is not of Slack's client counts as unknown. */
export function failureOf(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'rate-limited', waitMs: Math.max(1, error.retryAfter) * 1000 };
  if (error instanceof WebAPIPlatformError) return ofPlatform(error.data.error);
  if (error instanceof WebAPIHTTPError) return { kind: 'unknown', says: `Slack answered HTTP ${error.statusCode}` };
  if (error instanceof WebAPIRequestError) return ofRequest(error.original);
  if (error instanceof Error && /^Retry header did not contain/u.test(error.message)) {
    return { kind: 'rate-limited', waitMs: NO_RETRY_AFTER_MS };
  }
  return ofRequest(error);
}

/** The failure as a lowercase clause for people; holds no address and no token. */
export function clauseOf(failure: SlackFailure): string {
  if (failure.kind === 'refused') return `Slack refuses it (${failure.code})`;
  if (failure.kind === 'rate-limited') return 'Slack limits how often it may be asked';
  return failure.says;
}

function ofPlatform(code: string): SlackFailure {
  if (code === 'ratelimited' || code === 'rate_limited') return { kind: 'rate-limited', waitMs: NO_RETRY_AFTER_MS };
  if (TRANSIENT.has(code)) return { kind: 'unknown', says: `Slack has trouble (${code})` };
  return /^[a-z_]{1,80}$/u.test(code)
    ? { kind: 'refused', code }
    : { kind: 'unknown', says: 'Slack answered something else than JSON' };
}

function ofRequest(error: unknown): SlackFailure {
  const clause = networkClause(error);
  if (isBeforeSending(error)) return { kind: 'unsent', says: `Slack can not be reached: ${clause ?? 'no connection'}` };
  if (error instanceof Error && error.name === 'TimeoutError') return { kind: 'unknown', says: 'Slack did not answer in time' };
  return { kind: 'unknown', says: `the answer of Slack was lost${clause ? `: ${clause}` : ''}` };
}

function isBeforeSending(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (BEFORE_SENDING.has(codeOf(at) ?? '')) return true;
  }
  return false;
}
