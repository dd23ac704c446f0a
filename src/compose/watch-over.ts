import type { Chat } from '../chat/chat.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Heartbeat } from '../observe/heartbeat.ts';
import type { Part } from '../observe/http-server.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Paging } from '../paging/paging.ts';
import { alertGauges } from './alert-gauges.ts';
import type { WatchingAlerts } from './build-alerts.ts';
import { buildHeartbeat } from './build-heartbeat.ts';
import type { StoreParts } from './build-store.ts';
import { createSelfCheck } from './self-check.ts';

interface Needs {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly alerts: WatchingAlerts;
  readonly paging: Paging;
  readonly chat: Pick<Chat, 'probe' | 'health'>;
  readonly stored: Pick<StoreParts, 'guard' | 'seen' | 'incidents'>;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
}

/** Alerts that are watched themselves. */
export interface WatchedAlerts extends WatchingAlerts {
  /** For readiness. */
  parts(): readonly Part[];
}

/** Gives the alerts their gauges, and their heartbeat once they have started. */
export function watchOver({ config, secrets, alerts, paging, chat, stored, metrics, clock, log }: Needs): WatchedAlerts {
  const { guard, seen, incidents } = stored;
  const open = async () => {
    guard.mustBeGood();
    return incidents.open();
  };
  alertGauges({ metrics, chat, alerts, paging, incidents: { open }, clock });
  const oldestOutboxMs = config.alerts.heartbeat?.oldestOutbox ?? Number.POSITIVE_INFINITY;
  const { patrol } = alerts;
  const check = createSelfCheck({ ...{ alerts, guard, seen, chat, paging, patrol, oldestOutboxMs, clock } });
  let heartbeat: Heartbeat | undefined;
  return {
    ...alerts,
    parts: () => (heartbeat ? [heartbeat.part()] : []),
    async start() {
      await alerts.start();
      heartbeat = buildHeartbeat({ config, secrets, check, metrics, clock, log });
    },
    async stop() {
      heartbeat?.stop();
      await alerts.stop();
    },
  };
}
