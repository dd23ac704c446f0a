import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { oneLine } from '../core/one-line.ts';
import { type HttpAnswer, httpSend } from './http-send.ts';
import { httpVerdict } from './http-verdict.ts';
import type { Page } from '../core/page.ts';
import type { Sent, Target } from './target.ts';

export interface PagerDutyOptions {
  readonly name: string;
  /** Of an integration of the kind Events API v2. */
  readonly routingKey: string;
  readonly url: URL;
  readonly clock: Clock;
}

/** PagerDuty's own, by service region (developer.pagerduty.com, Events API v2). */
export const PAGERDUTY_URLS = {
  us: 'https://events.pagerduty.com/v2/enqueue',
  eu: 'https://events.eu.pagerduty.com/v2/enqueue',
} as const;

const Accepted = z.object({ status: z.literal('success'), dedup_key: z.string().optional() });
const Refused = z.object({ message: z.string().default(''), errors: z.array(z.string()).default([]) });

/** The longest that PagerDuty takes of each (Events API v2, PD-CEF). */
const LONGEST = { dedupKey: 255, summary: 1024 } as const;
const MOST_DETAILS = 50;
const LONGEST_DETAIL = 500;
const LONGEST_WHY = 200;

/** PagerDuty, or what speaks its Events API v2: the incident's id is the dedup_key, so that whatever is told of it is one alert. */
export function createPagerDuty({ name, routingKey, url, clock }: PagerDutyOptions): Target {
  return {
    name,
    async send({ page, signal }) {
      const body = JSON.stringify({ routing_key: routingKey, ...eventOf(page) });
      const headers = { 'content-type': 'application/json' };
      const answer = await httpSend({ url, method: 'POST', headers, body, signal });
      return verdictOf(answer, clock.now());
    },
  };
}

function eventOf(page: Page) {
  const { key, phase, permalink, acknowledgedBy } = page;
  const dedup = { dedup_key: dedupKeyOf(key) };
  if (phase === 'resolved') return { event_action: 'resolve', ...dedup };
  if (phase === 'changed' && acknowledgedBy !== undefined) return { event_action: 'acknowledge', ...dedup };
  const links = permalink === undefined ? [] : [{ href: permalink, text: 'The incident in Slack' }];
  return { event_action: 'trigger', ...dedup, client: 'Trunkline', links, payload: payloadOf(page) };
}

function payloadOf({ summary, cluster, severity, situation, details, sinceMs, test }: Page) {
  return {
    summary: cut(`${cluster}: ${summary}`, LONGEST.summary),
    source: cluster,
    severity,
    timestamp: new Date(sinceMs).toISOString(),
    component: 'postgresql',
    group: cluster,
    class: situation,
    custom_details: {
      ...(test ? { test: 'nothing happened: somebody tries the way' } : {}),
      details: details.slice(0, MOST_DETAILS).map((line) => cut(line, LONGEST_DETAIL)),
    },
  };
}

function dedupKeyOf(key: string): string {
  return key.length <= LONGEST.dedupKey ? key : createHash('sha256').update(key).digest('hex');
}

/** 202 means taken; another 2xx, or a 202 in other words, is another server. */
function verdictOf(answer: HttpAnswer, nowMs: number): Sent {
  const verdict = httpVerdict(answer, nowMs);
  const body = json(answer.text);
  if (verdict.ok) {
    if (answer.status === 202 && Accepted.safeParse(body).success) return verdict;
    return { ok: false, why: `it answered ${answer.status}, but not as the Events API v2 does`, again: true };
  }
  const said = Refused.safeParse(body).data;
  const words = said ? [said.message, ...said.errors].filter((word) => word !== '').join('; ') : '';
  return words === '' ? verdict : { ...verdict, why: `${verdict.why}: ${cut(oneLine(words), LONGEST_WHY)}` };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
