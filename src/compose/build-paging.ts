import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Redact } from '../core/redact.ts';
import type { Metrics } from '../observe/metrics.ts';
import { createPaging, type Paging } from '../paging/paging.ts';
import { pagingTargets } from '../paging-config.ts';

interface Needs {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly redact: Redact;
}

/** The targets of alerts beside Slack, counted. @throws Refusal as `pagingTargets`. */
export function buildPaging({ config, secrets, metrics, clock, log, redact }: Needs): Paging {
  return createPaging({
    ...{ targets: pagingTargets(config, secrets, clock), clock, log, redact },
    ended: (target, ok, millis) => metrics.alerts.page({ target, result: ok ? 'told' : 'failed' }, millis / 1000),
  });
}
