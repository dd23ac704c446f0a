import type { Clock } from '../core/clock.ts';
import type { Chat } from '../chat/chat.ts';
import { within } from '../core/within.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Paging } from '../paging/paging.ts';
import type { Incidents } from '../store/incidents.ts';
import type { WatchingAlerts } from './build-alerts.ts';

interface Needs {
  readonly metrics: Metrics;
  readonly chat: Pick<Chat, 'health'>;
  readonly alerts: Pick<WatchingAlerts, 'heard' | 'unrecorded' | 'untoldGaps'>;
  readonly paging: Pick<Paging, 'oldest'>;
  /** Must fail at once while Redis is away. */
  readonly incidents: Pick<Incidents, 'open'>;
  readonly clock: Clock;
}

const READ_WITHIN_MS = 2000;

/** What is read of the alerts at each scrape. */
export function alertGauges({ metrics, chat, alerts, paging, incidents, clock }: Needs): void {
  const age = (sinceMs: number | undefined) => (sinceMs === undefined ? 0 : (clock.now() - sinceMs) / 1000);
  metrics.gauge('trunkline_outbox_oldest_seconds', 'How long the oldest post waits that Slack has not taken', () =>
    age(chat.health().outboxSinceMs),
  );
  metrics.gauge('trunkline_pages_oldest_seconds', 'How long the oldest page waits that no target has taken', () =>
    age(paging.oldest()),
  );
  metrics.gauge('trunkline_signals_unrecorded', 'Signals that were told and are not in the store', () => alerts.unrecorded());
  metrics.gauge('trunkline_gap_reports_untold', 'Reports of times without a watch that Slack has not taken yet', () =>
    alerts.untoldGaps(),
  );
  metrics.gauges('trunkline_etcd_watch_heard_seconds', 'Since when a watch is not known to be complete', ['watch'], async () =>
    [...alerts.heard()].map(([watch, atMs]) => ({ labels: { watch }, value: age(atMs) })),
  );
  metrics.gauges('trunkline_incidents_open', 'Incidents that are not resolved', ['situation', 'severity'], async () => {
    const open = await within(clock, READ_WITHIN_MS, incidents.open());
    const counts = new Map<string, { readonly labels: Record<'situation' | 'severity', string>; value: number }>();
    for (const { situation, severity } of open) {
      const one = counts.get(`${situation} ${severity}`) ?? { labels: { situation, severity }, value: 0 };
      counts.set(`${situation} ${severity}`, { ...one, value: one.value + 1 });
    }
    return [...counts.values()];
  });
}
