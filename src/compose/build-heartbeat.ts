import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { networkClause } from '../core/network-clause.ts';
import { type Heartbeat, startHeartbeat } from '../observe/heartbeat.ts';
import type { Part } from '../observe/http-server.ts';
import type { Metrics } from '../observe/metrics.ts';
import { httpSend } from '../paging/http-send.ts';
import { httpVerdict } from '../paging/http-verdict.ts';
import { secretUrl } from '../secret-url.ts';

interface Needs {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly check: () => Promise<readonly Part[]>;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
}

/** The dead man's switch of the configuration, if it has one. @throws Refusal for a secret that is no address. */
export function buildHeartbeat({ config, secrets, check, metrics, clock, log }: Needs): Heartbeat | undefined {
  const { heartbeat } = config.alerts;
  if (!heartbeat) return undefined;
  const { method, every } = heartbeat;
  const url = secretUrl(heartbeat.url, 'alerts.heartbeat.url', secrets);
  return startHeartbeat({
    ...{ everyMs: every, check, clock, log },
    ended: (result) => metrics.alerts.heartbeat({ result }),
    async beat(signal) {
      try {
        const verdict = httpVerdict(await httpSend({ url, method, signal }), clock.now());
        return verdict.ok ? undefined : verdict.why;
      } catch (error) {
        if (signal.aborted) return 'it did not answer in time';
        return networkClause(error) ?? 'the connection failed';
      }
    },
  });
}
