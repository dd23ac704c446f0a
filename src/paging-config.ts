import type { AlertTarget } from './config/alert-targets-schema.ts';
import type { Config } from './config/schema.ts';
import type { Secrets } from './config/secrets.ts';
import type { Clock } from './core/clock.ts';
import { bug } from './core/errors.ts';
import { createEmail } from './paging/email.ts';
import { createPagerDuty, PAGERDUTY_URLS } from './paging/pagerduty.ts';
import type { Target } from './paging/target.ts';
import { createWebhook } from './paging/webhook.ts';
import { secretUrl } from './secret-url.ts';
import { tlsMaterial } from './tls-material.ts';

/** The targets of alerts beside Slack, with their secrets. @throws Refusal for a secret that is no address, and for wrong PEM. */
export function pagingTargets({ alerts }: Config, secrets: Secrets, clock: Clock): readonly Target[] {
  return alerts.targets.map((target, i) => opened(target, `alerts.targets[${i}]`, secrets, clock));
}

function opened({ name, webhook, pagerduty, email }: AlertTarget, where: string, secrets: Secrets, clock: Clock): Target {
  const secret = (reference: string | undefined) => (reference === undefined ? undefined : secrets.reveal(reference));
  const tlsOf = (tls: NonNullable<typeof webhook>['tls']) => (tls ? tlsMaterial(tls, `tls of ${where}`, secrets) : undefined);
  if (webhook) {
    const url = secretUrl(webhook.url, `${where}.webhook.url`, secrets);
    return createWebhook({ name, url, secret: secret(webhook.secret), tls: tlsOf(webhook.tls), clock });
  }
  if (pagerduty) {
    const { routingKey, region } = pagerduty;
    const url = secretUrl(pagerduty.url ?? PAGERDUTY_URLS[region], `${where}.pagerduty.url`, secrets);
    return createPagerDuty({ name, routingKey: secrets.reveal(routingKey), url, clock });
  }
  if (!email) throw bug(`the configuration passed its check with ${where}, which is of no kind`);
  const { host, security, user, from, to } = email;
  const password = secret(email.password);
  const login = user !== undefined && password !== undefined ? { user, password } : undefined;
  return createEmail({ name, host, port: email.port ?? PORTS[security], security, tls: tlsOf(email.tls), login, from, to });
}

/** Submission (RFC 6409), the same over TLS (RFC 8314), and a relay (RFC 5321). */
const PORTS = { starttls: 587, tls: 465, none: 25 } as const;
