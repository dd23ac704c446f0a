import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What Trunkline counts of its alerts. Labels never hold free text. */
export interface AlertMetrics {
  leaderChange(labels: { cluster: string; kind: string }): void;
  /** A signal that is told late, because it happened while nobody watched. */
  replayed(labels: { cluster: string; kind: string }): void;
  /** Seconds from etcd's event to the accepted message. */
  delay(seconds: number): void;
  /** A watch of an etcd stands (again), or was cut. */
  watch(labels: { watch: string; event: 'stands' | 'cut' }): void;
  /** A report of a time in which nobody watched was told, with how many changes of each cluster can't be told one by one. */
  gap(
    labels: { watch: string; how: string },
    unobservable: readonly { readonly cluster: string; readonly count: number }[],
  ): void;
  page(labels: { target: string; result: 'told' | 'failed' }, seconds: number): void;
  patrolLook(labels: { result: 'ok' | 'failed' }, seconds: number): void;
  heartbeat(labels: { result: 'sent' | 'withheld' | 'failed' }): void;
}

export function createAlertMetrics(registry: Registry): AlertMetrics {
  const { changes, replayed, watches, gaps, unobserved, pages, looks, beats, lastBeat } = counters(registry);
  const { delays, pageSeconds, lookSeconds } = histograms(registry);
  return {
    leaderChange: (labels) => changes.inc(labels),
    replayed: (labels) => replayed.inc(labels),
    delay: (seconds) => delays.observe(seconds),
    watch: (labels) => watches.inc(labels),
    gap(labels, unobservable) {
      gaps.inc(labels);
      for (const { cluster, count } of unobservable) unobserved.inc({ cluster }, count);
    },
    page(labels, seconds) {
      pages.inc(labels);
      pageSeconds.observe({ target: labels.target }, seconds);
    },
    patrolLook(labels, seconds) {
      looks.inc(labels);
      lookSeconds.observe(seconds);
    },
    heartbeat(labels) {
      beats.inc(labels);
      if (labels.result === 'sent') lastBeat.setToCurrentTime();
    },
  };
}

function counters(registry: Registry) {
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  return {
    changes: counter('trunkline_leader_changes_total', 'Leader changes seen', ['cluster', 'kind']),
    replayed: counter('trunkline_signals_replayed_total', 'Signals told late, after a time in which nobody watched', [
      'cluster',
      'kind',
    ]),
    watches: counter('trunkline_etcd_watch_events_total', 'Watches of etcd that stood (again) or were cut', ['watch', 'event']),
    gaps: counter('trunkline_watch_gaps_total', 'Times in which nobody watched an etcd that were told', ['watch', 'how']),
    unobserved: counter('trunkline_unobservable_changes_total', 'Leader changes that could not be told one by one', ['cluster']),
    pages: counter('trunkline_pages_total', 'What was told to targets beside Slack', ['target', 'result']),
    looks: counter('trunkline_patrol_looks_total', 'Looks at clusters and etcds for what lasts', ['result']),
    beats: counter('trunkline_heartbeats_total', "Beats for the dead man's switch", ['result']),
    lastBeat: new Gauge({
      name: 'trunkline_heartbeat_last_timestamp_seconds',
      help: 'When the last beat was taken; 0 when none was',
      registers: [registry],
    }),
  };
}

function histograms(registry: Registry) {
  const histogram = (name: string, help: string, buckets: number[], labelNames: string[] = []) =>
    new Histogram({ name, help, buckets, labelNames, registers: [registry] });
  return {
    delays: histogram(
      'trunkline_alert_delay_seconds',
      "From etcd's event to the message accepted by Slack",
      [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 30],
    ),
    pageSeconds: histogram(
      'trunkline_page_seconds',
      'From the wish to tell a target to its end',
      [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 900],
      ['target'],
    ),
    lookSeconds: histogram('trunkline_patrol_look_seconds', 'Length of a look', [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20]),
  };
}
