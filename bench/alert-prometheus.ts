import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePort } from '../test/support/redis-server.ts';
import { until } from '../test/support/until.ts';
import { median, round } from './stats.ts';

/** How Prometheus with Alertmanager tells of leaders that are lost. */
export interface PrometheusRow {
  /** Of losses that last, from the loss to the message at its receiver. */
  readonly medianS: number;
  readonly slowestS: number;
  readonly told: string;
  /** Of failovers that heal. */
  readonly healedTold: string;
}

const ROUNDS = 6;
/** A usual failover. */
const HEALS_AFTER_MS = 12_000;
/** The losses come at different moments of a scrape. */
const APART_MS = 3500;
const GIVE_UP_MS = 120_000;

/**
 * Debian's packages with the intervals that their configuration comes with (scrape and rules 15 s; group_wait 30 s and group_interval
 * 5 min are Alertmanager's defaults), scraping what Patroni shows as metrics. The rule has no `for`, which is kinder than usual.
 */
export async function prometheus(): Promise<PrometheusRow> {
  const scopes = (kind: string) => Array.from({ length: ROUNDS }, (_, i) => `${kind}${i}`);
  const leaderless = new Set<string>();
  const toldAt = new Map<string, number>();
  const world = await startWorld([...scopes('lost'), ...scopes('healed')], leaderless, toldAt);
  try {
    const lostAt = new Map<string, number>();
    const lose = async (scope: string, round: number, heals: boolean) => {
      await delay(round * APART_MS);
      leaderless.add(scope);
      lostAt.set(scope, performance.now());
      if (heals) await delay(HEALS_AFTER_MS);
      if (heals) leaderless.delete(scope);
    };
    await Promise.all([
      ...scopes('lost').map((scope, i) => lose(scope, i, false)),
      ...scopes('healed').map((scope, i) => lose(scope, i, true)),
    ]);
    await until(() => scopes('lost').every((scope) => toldAt.has(scope)), GIVE_UP_MS).catch(() => undefined);
    const seconds = scopes('lost').flatMap((scope) => {
      const at = toldAt.get(scope);
      return at === undefined ? [] : [(at - (lostAt.get(scope) ?? at)) / 1000];
    });
    const told = (kind: string) => `${scopes(kind).filter((scope) => toldAt.has(scope)).length} of ${ROUNDS}`;
    return {
      ...{ medianS: round(median(seconds)), slowestS: round(Math.max(...seconds)) },
      ...{ told: told('lost'), healedTold: told('healed') },
    };
  } finally {
    await world.stop();
  }
}

async function startWorld(scopes: readonly string[], leaderless: ReadonlySet<string>, toldAt: Map<string, number>) {
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-prometheus-'));
  const write = (name: string, tree: unknown) => {
    writeFileSync(join(folder, name), stringify(tree));
    return join(folder, name);
  };
  const [metrics, receiver, manager, prometheus] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const servers = [metricsOf(scopes, leaderless).listen(metrics, '127.0.0.1'), receiverOf(toldAt).listen(receiver, '127.0.0.1')];
  const rules = write('rules.yml', RULES);
  const children = [
    spawn('prometheus-alertmanager', [
      `--config.file=${write('alertmanager.yml', alertmanagerYml(receiver))}`,
      ...[`--storage.path=${folder}/alertmanager`, `--web.listen-address=127.0.0.1:${manager}`, '--cluster.listen-address='],
    ]),
    spawn('prometheus', [
      `--config.file=${write('prometheus.yml', prometheusYml({ metrics, manager, rules }))}`,
      ...[`--storage.tsdb.path=${folder}/prometheus`, `--web.listen-address=127.0.0.1:${prometheus}`],
    ]),
  ];
  const stop = async () => {
    await Promise.all(children.map(ended));
    for (const server of servers) server.close().closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until(async () => (await isReady(manager)) && (await isReady(prometheus)), 30_000);
    // Two scrapes, so that it knows the leaders that it is to miss.
    await delay(35_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

/** Patroni's `patroni_primary` (patroni/api.py, do_GET_metrics): 1 for the member that leads. */
function metricsOf(scopes: readonly string[], leaderless: ReadonlySet<string>) {
  return createServer((_request, response) => {
    const lines = scopes.map((scope) => `patroni_primary{scope="${scope}",name="pg1"} ${leaderless.has(scope) ? 0 : 1}`);
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(`# TYPE patroni_primary gauge\n${lines.join('\n')}\n`);
  });
}

/** An incoming webhook as Slack's. */
function receiverOf(toldAt: Map<string, number>) {
  return createServer((request, response) => {
    void text(request).then((body) => {
      for (const [scope] of body.matchAll(/(?:lost|healed)\d+/g)) if (!toldAt.has(scope)) toldAt.set(scope, performance.now());
      response.end('ok');
    });
  });
}

const RULES = {
  groups: [{ name: 'patroni', rules: [{ alert: 'PatroniHasNoLeader', expr: 'max by (scope) (patroni_primary) < 1' }] }],
};

function prometheusYml({ metrics, manager, rules }: { metrics: number; manager: number; rules: string }) {
  return {
    global: { scrape_interval: '15s', evaluation_interval: '15s' },
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${manager}`] }] }] },
    rule_files: [rules],
    scrape_configs: [{ job_name: 'patroni', static_configs: [{ targets: [`127.0.0.1:${metrics}`] }] }],
  };
}

function alertmanagerYml(receiver: number) {
  const slack = { api_url: `http://127.0.0.1:${receiver}/`, channel: '#db-alerts', text: '{{ .CommonLabels.scope }}' };
  return { route: { receiver: 'slack', group_by: ['scope'] }, receivers: [{ name: 'slack', slack_configs: [slack] }] };
}

async function isReady(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/-/ready`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
  return answer?.ok ?? false;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
