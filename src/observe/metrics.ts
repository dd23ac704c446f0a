import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What Trunkline counts of itself, for Prometheus. Labels never hold free text. */
export interface Metrics {
  readonly registry: Registry;
  command(labels: { command: string; result: 'answered' | 'refused' | 'failed' }, seconds: number): void;
  ack(seconds: number): void;
  chat(labels: { kind: string; event: string }): void;
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
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'trunkline_' });
  const { commands, answers, acks, chats, runs, changes, delays } = instruments(registers);
  return {
    registry,
    command(labels, seconds) {
      commands.inc(labels);
      answers.observe({ command: labels.command }, seconds);
    },
    ack: (seconds) => acks.observe(seconds),
    chat: (labels) => chats.inc(labels),
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

function instruments(registers: Registry[]) {
  const counter = (name: string, help: string, labelNames: string[]) => new Counter({ name, help, labelNames, registers });
  const histogram = (name: string, help: string, buckets: number[], labelNames: string[] = []) =>
    new Histogram({ name, help, buckets, labelNames, registers });
  return {
    commands: counter('trunkline_commands_total', 'Commands by result', ['command', 'result']),
    chats: counter('trunkline_chat_events_total', 'What came from Slack and what became of it', ['kind', 'event']),
    runs: counter('trunkline_runs_total', 'State changes of runs', ['runbook', 'state']),
    changes: counter('trunkline_leader_changes_total', 'Leader changes seen', ['cluster', 'kind']),
    answers: histogram(
      'trunkline_command_seconds',
      'From the command to its answer',
      [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10],
      ['command'],
    ),
    acks: histogram('trunkline_ack_seconds', 'From receiving an envelope to its ack', [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 3]),
    delays: histogram(
      'trunkline_alert_delay_seconds',
      "From etcd's event to the message accepted by Slack",
      [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 30],
    ),
  };
}
