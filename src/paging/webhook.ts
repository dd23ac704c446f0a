import { createHmac } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { httpSend, type TlsTexts } from './http-send.ts';
import { httpVerdict } from './http-verdict.ts';
import type { Page } from '../core/page.ts';
import type { Target } from './target.ts';

export interface WebhookOptions {
  readonly name: string;
  readonly url: URL;
  /** Signs each delivery. */
  readonly secret?: string | undefined;
  readonly tls?: TlsTexts | undefined;
  readonly clock: Clock;
}

/**
 * Any receiver of JSON by POST; docs/alerts.md has the body, whose `version` rises when a field changes its meaning. The signature is
 * over the time and the body, so that an old delivery can not be played again.
 */
export function createWebhook({ name, url, secret, tls, clock }: WebhookOptions): Target {
  return {
    name,
    async send({ page, id, signal }) {
      const body = JSON.stringify(webhookBody(page, id, clock.now()));
      const seconds = String(Math.floor(clock.now() / 1000));
      const headers = {
        'content-type': 'application/json',
        'trunkline-delivery': id,
        'trunkline-timestamp': seconds,
        ...(secret === undefined ? {} : { 'trunkline-signature': `v1=${signatureOf(secret, seconds, body)}` }),
      };
      return httpVerdict(await httpSend({ url, method: 'POST', headers, body, tls, signal }), clock.now());
    },
  };
}

/** HMAC-SHA256 in hex of `TIMESTAMP.BODY`. */
function signatureOf(secret: string, seconds: string, body: string): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
}

function webhookBody(page: Page, id: string, nowMs: number) {
  const { key, phase, severity, cluster, situation, summary, details, sinceMs, permalink, acknowledgedBy, test } = page;
  return {
    version: 1,
    id,
    incident: key,
    phase,
    ...{ severity, cluster, situation, summary, details },
    since: new Date(sinceMs).toISOString(),
    sent: new Date(nowMs).toISOString(),
    link: permalink ?? null,
    acknowledgedBy: acknowledgedBy ?? null,
    test: test ?? false,
  };
}
