import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type AlertMetrics, createAlertMetrics } from './alert-metrics.ts';

/** What Trunkline counts of itself, for Prometheus. Labels never hold free text. */
export interface Metrics {
  readonly registry: Registry;
  command(labels: { command: string; result: 'answered' | 'refused' | 'failed' }, seconds: number): void;
  ack(seconds: number): void;
  chat(labels: { kind: string; event: string }): void;
  run(labels: { runbook: string; state: string }): void;
  readonly alerts: AlertMetrics;
  /** Read at each scrape; without a value there is no sample. */
  gauge(name: string, help: string, read: () => number | undefined): void;
  /** As `gauge`, one sample for each set of labels. Reading must be quick; when it fails there is no sample. */
  gauges<L extends string>(name: string, help: string, labels: readonly L[], read: () => Promise<readonly Sample<L>[]>): void;
}
export interface Sample<L extends string> {
  readonly labels: Readonly<Record<L, string>>;
  readonly value: number;
}

/** A registry of its own, so that two apps in one process (tests) do not meet. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'trunkline_' });
  const { commands, answers, acks, chats, runs } = instruments(registers);
  return {
    registry,
    command(labels, seconds) {
      commands.inc(labels);
      answers.observe({ command: labels.command }, seconds);
    },
    ack: (seconds) => acks.observe(seconds),
    chat: (labels) => chats.inc(labels),
    run: (labels) => runs.inc(labels),
    alerts: createAlertMetrics(registry),
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          const value = read();
          if (value === undefined) this.remove();
          else this.set(value);
        },
      });
    },
    gauges(name, help, labelNames, read) {
      new Gauge({
        ...{ name, help, registers, labelNames: [...labelNames] },
        async collect() {
          const samples = await read().catch(() => []);
          this.reset();
          for (const { labels, value } of samples) this.set(labels, value);
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
    answers: histogram(
      'trunkline_command_seconds',
      'From the command to its answer',
      [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10],
      ['command'],
    ),
    acks: histogram('trunkline_ack_seconds', 'From receiving an envelope to its ack', [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 3]),
  };
}
