import { type Alerts, type AlertSource, type AlertsOptions, createAlerts } from '../alerts/alerts.ts';
import type { Chat } from '../chat/chat.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import type { GapReport } from '../core/gap-report.ts';
import type { Log } from '../core/log.ts';
import { known } from '../core/reading.ts';
import type { Signal } from '../core/signal.ts';
import { createScopeSource } from '../etcd/dcs-source.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Paging } from '../paging/paging.ts';
import { routingOf } from '../routing-config.ts';
import type { JournalStore } from '../store/journal.ts';
import type { Runs } from '../store/runs.ts';
import { alertChat, createAlertFacts } from './alert-facts.ts';
import type { Reads } from './build-reads.ts';
import type { StoreParts } from './build-store.ts';
import { scopePrefix } from './cluster-sources.ts';
import { createGapPosting } from './gap-posting.ts';
import { createIncidentProbes } from './incident-probe.ts';
import { createLeaderLooks } from './leader-looks.ts';
import { probeOf } from './leader-probe.ts';
import { createLossMeasures } from './loss-measures.ts';
import { createLeaderPings, type LeaderPings } from './leader-pings.ts';
import { patrolPosts } from './patrol-posts.ts';
import { countUnrecorded } from './unrecorded.ts';

interface Needs {
  readonly config: Config;
  readonly secrets: Secrets;
  /** This process has no worker, so it holds no login that writes. */
  readonly readsOnly: boolean;
  readonly reads: Reads;
  readonly chat: Chat;
  readonly runs: Pick<Runs, 'list' | 'get'>;
  readonly journal: Pick<JournalStore, 'read'>;
  readonly stored: Pick<StoreParts, 'signals' | 'incidents' | 'acts' | 'silences' | 'patrolLeases' | 'peers' | 'gapReports'>;
  readonly paging: Pick<Paging, 'tell'>;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
}

/** Alerts, and whether their watches stand. */
export interface WatchingAlerts extends Alerts {
  /** The watches that were cut and do not stand again yet: the etcd and why. */
  cut(): readonly string[];
  /** When (epoch milliseconds) each watch was last known to have delivered everything. */
  heard(): ReadonlyMap<string, number>;
  /** Every watch by name. */
  readonly watches: readonly string[];
  /** How many reports of times without a watch are kept and not told. */
  untoldGaps(): number;
  /** How many signals were told that the store has not taken. */
  unrecorded(): number;
}

/** The watch of every etcd, the probes of every leader, and the incidents that come of them. */
export function buildAlerts(needs: Needs): WatchingAlerts {
  const { config, secrets, readsOnly, reads, chat, stored, paging, metrics, clock, log } = needs;
  const cut = new Map<string, string>();
  const heardAtMs = new Map<string, number>();
  const watched = (watch: string, why?: string) => {
    metrics.alerts.watch({ watch, event: why === undefined ? 'stands' : 'cut' });
    if (why === undefined) cut.delete(watch);
    else cut.set(watch, why);
  };
  const cluster = (name: string) => reads.clusters.find((one) => one.config.name === name);
  const probes = createIncidentProbes({ config, secrets, readsOnly, clock, log });
  const pings = createLeaderPings(config, secrets);
  const counted = countUnrecorded(stored.signals);
  const sources = sourcesOf(config, reads, log, { watched, heard: (watch) => heardAtMs.set(watch, clock.now()) });
  const gaps = gapPosting(needs);
  const alerts = createAlerts({
    ...{ sources, chat: alertChat(chat), ...stored },
    facts: {
      ...createAlertFacts({ ...needs, view: reads.everything }),
      looks: createLeaderLooks(reads),
      measures: createLossMeasures(reads.everything, probes),
    },
    ...{ signals: counted.store, paging, routing: routingOf(config) },
    quietMs: config.alerts.flapping.within,
    hostOf: (name, member) => cluster(name)?.config.members.find((one) => one.name === member)?.host,
    channel: config.channels.alerts,
    ...{ clock, log },
    gaps,
    accepted: (signal, atMs) => countTold(metrics, signal, atMs),
    patrol: patrolOf(needs),
    probes: probesOf(reads, pings),
  });
  return {
    ...alerts,
    async start() {
      gaps.start();
      await alerts.start();
    },
    stop: () => alerts.stop().finally(() => Promise.all([gaps.stop(), pings.close()])),
    untoldGaps: gaps.untold,
    cut: () => [...cut].map(([name, why]) => `${name}: ${why}`),
    heard: () => heardAtMs,
    unrecorded: counted.unrecorded,
    watches: sources.map(({ source }) => source.name),
  };
}

function gapPosting({ config, stored, metrics, ...needs }: Needs) {
  const { channels, alerts } = config;
  const told = (report: GapReport) => {
    metrics.alerts.gap({ watch: report.source, how: report.how }, report.unobservable);
  };
  return createGapPosting({
    ...{ ...needs, told, store: stored.gapReports },
    ...{ channel: channels.alerts, afterMs: alerts.gapReportAfter },
  });
}

function countTold({ alerts }: Metrics, { cluster, kind, replayed, condition, atMs: seenAtMs }: Signal, atMs: number): void {
  if (condition === undefined) alerts.leaderChange({ cluster, kind });
  if (replayed) alerts.replayed({ cluster, kind });
  else alerts.delay(Math.max(0, atMs - seenAtMs) / 1000);
}

function patrolOf({ config, reads, runs, stored, metrics, clock }: Needs): NonNullable<AlertsOptions['patrol']> {
  return {
    posts: patrolPosts({ config, reads, runs, clock }),
    leases: stored.patrolLeases,
    everyMs: config.alerts.patrol.every,
    looked: ({ tookMs, ok }) => metrics.alerts.patrolLook({ result: ok ? 'ok' : 'failed' }, tookMs / 1000),
  };
}

function probesOf({ clusters, everything }: Reads, pings: LeaderPings): NonNullable<AlertsOptions['probes']> {
  const byName = new Map(clusters.map((one) => [one.config.name, one]));
  return {
    probeLeader: (name, leader) => pings.ask(name, leader),
    probeSql: async (name, leader) => probeOf(await byName.get(name)?.postgres.member(leader)),
    leaseLeft: async (name) => known(await everything.leaderLease(name)),
  };
}

interface WatchTold {
  watched(watch: string, why?: string): void;
  heard(watch: string): void;
}

/** One watch for each namespace of each etcd, however many clusters live there. */
function sourcesOf(config: Config, { etcds }: Reads, log: Log, tell: WatchTold): readonly AlertSource[] {
  return [...etcds].flatMap(([name, etcd]) => {
    const clusters = config.clusters.filter((one) => one.mode === 'patroni' && one.etcd === name);
    return [...new Set(clusters.map(namespaceOf))].map((prefix) => ({
      source: createScopeSource(etcd, {
        name,
        prefix,
        log,
        heard: () => tell.heard(`${name}${prefix}`),
        state({ endpoint, connected, why = 'the stream ended' }) {
          const watch = `${name}${prefix}`;
          if (connected) log.info('etcd watch stands', { watch, endpoint });
          if (connected) tell.watched(watch);
          else tell.watched(watch, why);
        },
      }),
      clusters: new Map(clusters.filter((one) => namespaceOf(one) === prefix).map((one) => [scopePrefix(one), one.name])),
    }));
  });
}

function namespaceOf({ namespace }: { readonly namespace: string }): string {
  return namespace.endsWith('/') ? namespace : `${namespace}/`;
}
