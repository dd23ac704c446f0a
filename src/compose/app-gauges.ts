import type { Metrics } from '../observe/metrics.ts';

interface Needs {
  readonly metrics: Metrics;
  readonly isReady: () => boolean;
  readonly outboxDepth: () => number;
}

/** What is read of the whole process at each scrape. */
export function appGauges({ metrics, isReady, outboxDepth }: Needs): void {
  metrics.gauge('trunkline_ready', 'Whether every part works', () => (isReady() ? 1 : 0));
  metrics.gauge('trunkline_outbox_depth', 'Posts, edits and files that Slack has not taken yet', outboxDepth);
}
