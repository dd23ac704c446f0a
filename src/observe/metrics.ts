import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What Trunkline counts of itself, for Prometheus. Labels never hold free text. */
export interface Metrics {
  readonly registry: Registry;
  command(labels: { command: string; result: 'answered' | 'refused' | 'failed' }, seconds: number): void;
  ack(seconds: number): void;
  run(labels: { runbook: string; state: string }): void;
  leaderChange(labels: { cluster: string; kind: string }): void;
  /** Seconds from etcd's event to the accepted message. */
  alertDelay(seconds: number): void;
  /** Read at each scrape. */
  gauge(name: string, help: string, read: () => number): void;
}

/** A registry of its own, so that two apps in one process (tests) do not meet. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'trunkline_' });
  const registers = [registry];
  const commands = new Counter({
    name: 'trunkline_commands_total',
    help: 'Commands by result',
    labelNames: ['command', 'result'],
    registers,
  });
  const answers = new Histogram({
    name: 'trunkline_command_seconds',
    help: 'From the command to its answer',
    labelNames: ['command'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10],
    registers,
  });
  const acks = new Histogram({
    name: 'trunkline_ack_seconds',
    help: 'From receiving an envelope to its ack',
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 3],
    registers,
  });
  const runs = new Counter({
    name: 'trunkline_runs_total',
    help: 'State changes of runs',
    labelNames: ['runbook', 'state'],
    registers,
  });
  const changes = new Counter({
    name: 'trunkline_leader_changes_total',
    help: 'Leader changes seen',
    labelNames: ['cluster', 'kind'],
    registers,
  });
  const delays = new Histogram({
    name: 'trunkline_alert_delay_seconds',
    help: "From etcd's event to the message accepted by Slack",
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 30],
    registers,
  });
  return {
    registry,
    command(labels, seconds) {
      commands.inc(labels);
      answers.observe({ command: labels.command }, seconds);
    },
    ack: (seconds) => acks.observe(seconds),
    run: (labels) => runs.inc(labels),
    leaderChange: (labels) => changes.inc(labels),
    alertDelay: (seconds) => delays.observe(seconds),
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
  };
}
